import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { createWatchDoors } from '../../src/engine/watch-door.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { patient } from '../support/patient.ts';
import { askEngine, baseImage, type RealEngine } from '../support/real-engine.ts';
import { openPrivateSshd, type PrivateSshd } from '../support/sshd.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { workerEngine } from '../support/worker-engine.ts';

/** More than there are streams in a scan. */
const CONTAINERS = 12;
const folder = makeTemporaryFolder();
const strictFolder = makeTemporaryFolder();
let engine: RealEngine;
let command = '';
let sshd: PrivateSshd;

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  await Promise.all(Array.from({ length: CONTAINERS }, startSleeper));
  command = `env DOCKER_HOST=${engine.url} docker system dial-stdio`;
  sshd = await openPrivateSshd(folder, command);
});
afterAll(async () => {
  await sshd?.close();
  await engine?.close();
});

/** Asked of the engine itself: its CLI is a process for each. */
async function startSleeper(): Promise<void> {
  const ask = (path: string, body?: object) =>
    askEngine(engine.socketPath, 'POST', `/containers/${path}`, body);
  const created = await ask('create', {
    ...{ Image: baseImage, Cmd: ['sleep', 'infinity'], NetworkDisabled: true },
    HostConfig: { NetworkMode: 'none' },
  });
  await ask(`${(JSON.parse(created) as { Id: string }).Id}/start`);
}

/** A process of ssh that goes to this server, with its command line. */
interface Client {
  pid: number;
  line: string;
}

const clientOf = (pid: number, { port }: PrivateSshd): Client | null => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const isClient = words[0] === 'ssh' && words.includes(String(port));
    return isClient ? { pid, line: words.join(' ') } : null;
  } catch {
    return null; // It has ended meanwhile.
  }
};
/** All of the machine, whose list is long. */
const clients = (server: PrivateSshd): Client[] =>
  readdirSync('/proc').flatMap((pid) =>
    /^\d+$/.test(pid) ? (clientOf(Number(pid), server) ?? []) : [],
  );
/** Waits until there are none: those that are there are looked at again and again, the machine before and after. */
async function untilNoClients(server: PrivateSshd): Promise<void> {
  for (let left = clients(server); left.length > 0; left = clients(server)) {
    await until(() => left.every(({ pid }) => clientOf(pid, server) === null));
  }
}
const foldersOf = (server: PrivateSshd) =>
  new Set(clients(server).flatMap(({ line }) => /\S*\/seawall-ssh-\w+/.exec(line)?.[0] ?? []));

const hostAt = ({ port }: PrivateSshd, evidence?: 'api' | 'files' | 'kernel') => ({
  ...patient,
  name: 'web-1',
  url: `ssh://127.0.0.1:${port}`,
  evidence,
});

const scan = (server: PrivateSshd, evidence: 'api' | 'files' | 'kernel'): Promise<Snapshot> =>
  createSnapshotTaker({
    hosts: [hostAt(server, evidence)],
    clock: Date.now,
    sshConfigFile: server.configFile,
  }).takeSnapshot('web-1');

/** What was read without ssh, once at each level. */
const direct = new Map<string, Promise<Snapshot>>();
function scanDirectly(evidence: 'api' | 'files' | 'kernel'): Promise<Snapshot> {
  const hosts = [{ ...patient, name: 'web-1', url: engine.url, evidence }];
  const taker = createSnapshotTaker({ hosts, clock: Date.now });
  const taken = direct.get(evidence) ?? taker.takeSnapshot('web-1');
  direct.set(evidence, taken);
  return taken;
}

const opened: { close(): void }[] = [];
afterEach(async () => {
  for (const door of opened.splice(0)) door.close();
  await untilNoClients(sshd);
});
function watchDoors({ sshConfigFile = sshd.configFile, callTimeoutMs = 60_000 } = {}) {
  const hosts = [hostAt(sshd)];
  const common = { hosts, clock: Date.now, ownerLabel: null };
  const open = createWatchDoors({ ...common, callTimeoutMs, sshConfigFile });
  return () => {
    const door = open('web-1');
    opened.push(door);
    return door;
  };
}

const unreadOf = (snapshot: Snapshot) =>
  Object.entries(snapshot).flatMap(([name, section]) =>
    typeof section === 'object' && section.state === 'unread' ? [name] : [],
  );

it.each(['api', 'files', 'kernel'] as const)('logs in once for a scan at %s', async (evidence) => {
  const before = sshd.logins();
  const expected = unreadOf(await scanDirectly(evidence));
  const snapshot = await scan(sshd, evidence);

  expect(unreadOf(snapshot)).toEqual(expected);
  expect(sshd.logins() - before).toBe(1);
  await untilNoClients(sshd);
});

it('shares a login among the streams of a watcher, until the last has gone', async () => {
  const before = sshd.logins();
  const openDoor = watchDoors();
  const doors = [openDoor(), openDoor()];
  for (const { events, reader } of doors) {
    await Promise.all([events.follow(() => {}), reader.get('/info')]);
  }

  expect(sshd.logins() - before).toBe(1);
  expect(foldersOf(sshd).size).toBe(1);
  doors[0]?.close();
  expect(await doors[1]?.reader.get('/info')).toMatchObject({ ID: expect.any(String) });
  doors[1]?.close();
  const [left = ''] = foldersOf(sshd);
  await untilNoClients(sshd);
  await until(() => !existsSync(left));
  expect(sshd.logins() - before).toBe(1);
});

it('reads a host that allows a single session in a connection', async () => {
  const strict = await openPrivateSshd(strictFolder, command, 'MaxSessions 1');
  try {
    const snapshot = await scan(strict, 'api');
    expect(unreadOf(snapshot)).toEqual(unreadOf(await scanDirectly('api')));
  } finally {
    await strict.close();
  }
});

it('logs in anew once a connection has ended', async () => {
  const before = sshd.logins();
  const { reader } = watchDoors()();
  await reader.get('/info');
  for (const { pid } of clients(sshd)) process.kill(pid, 'SIGKILL');

  await untilNoClients(sshd);
  expect(await reader.get('/info')).toMatchObject({ ID: expect.any(String) });
  expect(sshd.logins() - before).toBe(2);
});

it('gives up a connection that hangs', async () => {
  const { reader, close } = watchDoors({ callTimeoutMs: 20_000 })();
  let hung: ReturnType<typeof clients> = [];
  try {
    await reader.get('/info');
    hung = clients(sshd).filter(({ line }) => line.includes(' -M '));
    expect(hung).toHaveLength(1);
    for (const { pid } of hung) process.kill(pid, 'SIGSTOP');

    await expect(reader.get('/info')).rejects.toMatchObject({ code: 'engine-timeout' });
    expect(await reader.get('/info')).toMatchObject({ ID: expect.any(String) });
  } finally {
    close();
    for (const { pid } of hung) process.kill(pid, 'SIGCONT');
  }
  await untilNoClients(sshd);
});

it('passes on why it may not log in, to everyone who waits', async () => {
  const before = sshd.logins();
  const { reader, events } = watchDoors({ sshConfigFile: sshd.strangerConfigFile })();
  const refused = { code: 'engine-unreachable', message: expect.stringMatching(/host key/i) };

  const tries = [reader.get('/info'), events.follow(() => {})];
  await Promise.all(tries.map((one) => expect(one).rejects.toMatchObject(refused)));
  expect(sshd.logins() - before).toBe(0);
});

it('leaves no ssh behind when it is killed', async () => {
  const module = JSON.stringify(join(import.meta.dirname, '../../src/engine/watch-door.ts'));
  const options = { hosts: [hostAt(sshd)], ownerLabel: null, sshConfigFile: sshd.configFile };
  const script = `
    const { createWatchDoors } = await import(${module});
    const door = createWatchDoors({ ...${JSON.stringify(options)}, clock: Date.now })('web-1');
    await Promise.all([door.events.follow(() => {}), door.reader.get('/info')]);
    process.stdout.write('open');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(clients(sshd).length).toBeGreaterThan(1);

  const left = [...foldersOf(sshd)];
  child.kill('SIGKILL');

  await untilNoClients(sshd);
  // The next one removes the folder, once it is sure that nobody is about to use it.
  const longAgo = new Date(Date.now() - 120_000);
  for (const folderLeft of left) utimesSync(folderLeft, longAgo, longAgo);
  await scan(sshd, 'api');
  expect(left.filter((path) => existsSync(path))).toEqual([]);
});
