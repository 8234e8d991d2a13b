import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenEngineOptions, openEngine } from '../../../src/engine/open-engine.ts';
import { sshArguments } from '../../../src/engine/ssh-agent.ts';
import { allowedEndpoints, untilTrue } from '../../support/engine-door.ts';
import { type FaultEngine, openFaultEngine } from '../../support/fault-engine.ts';
import { writeBridge } from '../../support/sshd.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const socketPath = join(folder, 'engine.sock');
const bridge = writeBridge(folder, socketPath);

let engine: FaultEngine;
beforeAll(async () => {
  const list = Array.from({ length: 3000 }, (_, i) => ({ Id: `c${i}`, Image: 'x'.repeat(200) }));
  engine = await openFaultEngine({
    socketPath,
    routes: { '/info': { ID: 'x' }, '/containers/json': list },
    faults: { '/containers/4f5c/json': { kind: 'hang' } },
  });
});
afterAll(() => engine.close());

const open = (url: string, options: Partial<OpenEngineOptions>) =>
  openEngine({ url, allowedEndpoints, callTimeoutMs: 120_000, ...options });

function writeProgram(name: string, body: string): string {
  const program = join(folder, name);
  writeFileSync(program, `#!/bin/sh\n${body}\n`);
  chmodSync(program, 0o755);
  return program;
}

it('calls ssh as the docker command does, the host after the end of the options', () => {
  const common = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', '-T'];

  expect(sshArguments({ host: 'web-1', port: null, user: null })).toEqual([
    ...common,
    ...['--', 'web-1', 'docker', 'system', 'dial-stdio'],
  ]);
  expect(sshArguments({ host: 'web-1', port: 2222, user: 'ops' }, 'config')).toEqual([
    ...['-F', 'config', ...common, '-l', 'ops', '-p', '2222'],
    ...['--', 'web-1', 'docker', 'system', 'dial-stdio'],
  ]);
});

describe('with a program that stands in for ssh', () => {
  it('reads an engine over one process and ends it on closing', async () => {
    const before = engine.accepted();
    const reader = open('ssh://ops@web-1', { sshProgram: bridge });

    expect(await reader.get('/info')).toEqual({ ID: 'x' });
    expect(await reader.get('/containers/json')).toHaveLength(3000);
    expect(engine.accepted()).toBe(before + 1);

    reader.close();
    await untilTrue(() => engine.connections() === 0);
  });

  it('ends the process of a call that took too long', async () => {
    const reader = open('ssh://web-1', { sshProgram: bridge, callTimeoutMs: 10_000 });
    await reader.apiVersion();

    const hung = reader.get('/containers/4f5c/json');

    await expect(hung).rejects.toMatchObject({ code: 'engine-timeout' });
    await untilTrue(() => engine.connections() === 0);
    reader.close();
  });

  it('keeps to four processes at once', async () => {
    const before = engine.accepted();
    const reader = open('ssh://web-1', { sshProgram: bridge });

    await Promise.all(Array.from({ length: 30 }, () => reader.get('/info')));

    expect(engine.accepted() - before).toBeLessThanOrEqual(4);
    reader.close();
  });

  it.each<[string, RegExp, number?]>([
    [
      'echo "ops@web-1: Permission denied (publickey)." >&2; echo more >&2; exit 255',
      /Permission denied \(publickey\)\.$/,
    ],
    [
      'printf "@@@@@@\\n@    WARNING: HOST KEY HAS CHANGED!    @\\n" >&2; exit 255',
      /: WARNING: HOST KEY HAS CHANGED!$/,
    ],
    ['exit 127', /ssh ended with status 127$/],
    ['yes >&2', /within 1 s/, 1000],
  ])('passes on why it ended: %s', async (body, reason, callTimeoutMs = 120_000) => {
    const sshProgram = writeProgram('failing-ssh', body);
    const reader = open('ssh://web-1', { sshProgram, callTimeoutMs });

    await expect(reader.get('/info')).rejects.toMatchObject({
      code: expect.stringMatching(/^engine-(unreachable|timeout)$/),
      message: expect.stringMatching(reason),
    });
    reader.close();
  });

  it('says so when there is no ssh', async () => {
    const reader = open('ssh://web-1', { sshProgram: join(folder, 'no-such-ssh') });

    await expect(reader.get('/info')).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining('no-such-ssh ENOENT'),
    });
    reader.close();
  });
});
