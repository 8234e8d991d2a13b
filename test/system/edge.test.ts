import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { EdgeHostAnswer } from '../../src/views/edge-host.ts';
import { readable } from '../support/chat-app.ts';
import { freePort } from '../support/free-port.ts';
import { joinedProgram } from '../support/joined-programs.ts';
import { openRecordedEngine } from '../support/recorded-engine.ts';
import { openSeawall, type RunningSeawall } from '../support/seawall.ts';
import { sparingNode } from '../support/sources.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const folder = makeTemporaryFolder();
let engine: Awaited<ReturnType<typeof openRecordedEngine>>;
let seawall: RunningSeawall;
const children: ChildProcess[] = [];

beforeAll(async () => {
  engine = await openRecordedEngine();
  const port = await freePort();
  seawall = await openSeawall({
    hosts: [{ name: 'web-1', url: engine.url, default: true, watch: false }],
    mode: 'http',
    access: { approve: ['everyone'] },
    edges: { listen: `127.0.0.1:${port}`, url: `ws://127.0.0.1:${port}` },
  });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await seawall?.close();
  await engine?.close();
});

async function ask(text: string): Promise<string> {
  const { workspace, answers } = seawall;
  const asked = answers.length;
  const seen = () => [
    ...workspace.messages('security'),
    ...workspace.ephemerals('security', 'alice'),
  ];
  const before = seen().length;
  await workspace.sendCommand({ text });
  await until(async () => answers.length > asked);
  return seen().slice(before).map(readable).join('\n');
}

function startEdge(name: string, key: string): ChildProcess {
  const child = spawn(process.execPath, [joinedProgram('edge'), '--folder', join(folder, name)], {
    env: { ...sparingNode, SEAWALL_EDGE_KEY: key, DOCKER_HOST: engine.url },
    stdio: 'ignore',
  });
  children.push(child);
  return child;
}

const oneTimeKey = async (line: string): Promise<string> => {
  await ask(line);
  const answer = seawall.answers.at(-1) as EdgeHostAnswer;
  expect(answer).toMatchObject({ kind: 'edge-host' });
  return answer.begin?.key ?? '';
};
const logged = (text: string) => async () => seawall.logLines.some((line) => line.includes(text));

test('a host is added in chat, dials out, is scanned, and is gone when it is removed', async () => {
  const key = await oneTimeKey('hosts add web-7 team=shop');
  // Nobody but who asked has seen it, and no log, and no button that shows it to others.
  expect(seawall.workspace.messages('security').map(readable).join('\n')).not.toContain(key);
  expect(JSON.stringify(seawall.logLines)).not.toContain(key);
  expect(seawall.workspace.ephemerals('security', 'alice').map(readable).join('\n')).toContain(key);
  expect(JSON.stringify(seawall.workspace.ephemerals('security', 'alice'))).not.toContain('Share');
  expect(await ask('hosts')).toContain('web-7 has not dialled in yet');
  await ask('scan on web-7');
  const reason = 'the edge of web-7 is not connected';
  expect(JSON.stringify(seawall.answers.at(-1))).toContain(reason);

  const child = startEdge('web-7', key);
  await until(logged('an edge connected'));
  await ask('scan on web-7');
  const direct = seawall.answers.length;
  await ask('scan on web-1');

  const [through, own] = [seawall.answers[direct - 1], seawall.answers.at(-1)];
  if (through?.kind !== 'scan' || own?.kind !== 'scan') throw new Error('no scan');
  expect(through.scans[0]).toMatchObject({
    host: 'web-7',
    labels: { team: 'shop' },
    engineVersion: own.scans[0]?.engineVersion,
  });
  expect(await ask('containers on web-7')).toContain('web-7');
  expect(await ask('hosts')).toContain('edge://web-7');

  await ask('hosts remove web-7');
  await until(logged('its key was revoked, or the host removed'));
  expect(await ask('scan on web-7')).toContain('web-7');
  expect(seawall.answers.at(-1)).toMatchObject({ kind: 'problem' });
  expect(await ask('audit hosts')).toContain('remove web-7');
  child.kill();
});

test('ten clones are ten hosts, and status, hosts and the log name them', async () => {
  for (let index = 0; index < 10; index += 1) {
    startEdge(`clone-${index}`, await oneTimeKey(`hosts add clone-${index}`));
  }
  await until(async () => {
    const lines = seawall.logLines.filter((line) => line.includes('an edge connected'));
    const hosts = lines.map((line) => String(JSON.parse(line).host));
    return new Set(hosts.filter((host) => host.startsWith('clone'))).size === 10;
  });

  for (const line of ['status', 'hosts']) {
    expect(await ask(line)).toMatch(/clone-0, clone-1.* say to be one engine .*as 10 hosts/);
  }
  expect(await logged('hosts say to be one engine')()).toBe(true);
});

test.each([
  ['hosts add web-1', 'There is a host “web-1” already'],
  ['hosts add WEB-1', 'There is a host “web-1” already'],
  ['hosts add all', 'A host is named by a word'],
  ['hosts add remove', 'A host is named by a word'],
  ['hosts add web-9 team', 'Labels are written as label=value'],
  ['hosts remove web-1', 'declared in the settings'],
  ['hosts rotate nobody', 'No host “nobody” that dials out'],
])('%s is refused: %s', async (line, said) => {
  expect(await ask(line)).toContain(said);
});
