import * as collectors from '../../../src/snapshot/collectors/index.ts';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.ts';
import { inspectAnswer, inspectedId } from '../../support/inspect-answer.ts';
import { recordedReader, recording } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

type Fields = Record<string, unknown>;

const SECRET = 'hunter2planted';

describe('a secret on the host', () => {
  it('gets into no fact, wherever it stands', async () => {
    const list = recording('containers_json_all_1') as Fields[];
    const images = recording('images') as Fields[];
    const [image = {}] = images;
    const history = (recording('history') as Fields[][])[0] ?? [];
    const planted = inspectAnswer({
      top: { Args: ['--password', SECRET], ExecIDs: [SECRET], LogPath: `/${SECRET}` },
      config: {
        Env: [`DB_PASSWORD=${SECRET}`, `INNOCENT=${SECRET}`, `URL=https://u:${SECRET}@x`],
        Labels: { token: SECRET, team: 'payments', [SECRET]: 'x' },
        Cmd: ['sh', '-c', `curl -u ${SECRET}`],
        Entrypoint: [SECRET],
        Healthcheck: { Test: ['CMD-SHELL', `curl ${SECRET}`] },
      },
      host: {
        LogConfig: { Type: 'splunk', Config: { 'splunk-token': SECRET } },
        SecurityOpt: [`seccomp={"defaultAction":"SCMP_ACT_ERRNO","comment":"${SECRET}"}`],
        Sysctls: { x: SECRET },
      },
      state: { Health: { Status: 'healthy', Log: [{ Output: SECRET }] }, Error: SECRET },
    });
    const reader = recordedReader({
      '/containers/json': list.map((c) => ({ ...c, Command: SECRET, Labels: { a: SECRET } })),
      [`/containers/${inspectedId}/json`]: planted,
      [`/images/${String(image.Id)}/json`]: {
        ...image,
        Comment: SECRET,
        Config: { Env: [`API_KEY=${SECRET}`], Labels: { a: SECRET }, Cmd: [SECRET] },
      },
      [`/images/${String(image.Id)}/history`]: [
        { ...history[0], CreatedBy: `RUN |1 TOKEN=${SECRET} /bin/sh -c make` },
        { ...history[0], CreatedBy: `/bin/sh -c #(nop) ENV A=${SECRET}`, Comment: SECRET },
        { ...history[0], CreatedBy: SECRET },
      ],
      '/info': {
        ...(recording('info') as Fields),
        HttpProxy: `http://u:${SECRET}@proxy`,
        Labels: [SECRET],
      },
    });

    const snapshot = await takeSnapshot({
      host: 'demo',
      takenAt: '2026-01-01T00:00:00Z',
      reader,
      collectors,
      options: { ownerLabel: 'team' },
    });

    expect(JSON.stringify(snapshot)).not.toContain(SECRET);
    // Of all labels the one that is named.
    expect(JSON.stringify(snapshot)).toContain('"owner":"payments"');
    const { containers, images: read, engine } = snapshot;
    expect([containers.state, read.state, engine.state]).toEqual(['read', 'read', 'read']);
    expect(containers.state === 'read' && containers.value.unread).toEqual([]);
    expect(read.state === 'read' && read.value.unread).toEqual([]);
  });

  it('stays out of the reasons for what could not be read', async () => {
    const broken = inspectAnswer({
      config: { Env: { DB_PASSWORD: SECRET }, ExposedPorts: { [SECRET]: {} } },
      host: { CapAdd: SECRET },
    });
    const reader = recordedReader({ [`/containers/${inspectedId}/json`]: broken });

    const { unread } = await runCollector(collectors.containers, { engine: reader });

    expect(unread).toHaveLength(1);
    expect(JSON.stringify(unread)).not.toContain(SECRET);
  });
});
