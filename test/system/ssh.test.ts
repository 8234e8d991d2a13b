import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenEngineOptions, openEngine } from '../../src/engine/open-engine.ts';
import { allowedEndpoints, untilTrue } from '../support/engine-door.ts';
import { type FaultEngine, openFaultEngine } from '../support/fault-engine.ts';
import { openPrivateSshd, type PrivateSshd, writeBridge } from '../support/sshd.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const socketPath = join(folder, 'engine.sock');
const bridge = writeBridge(folder, socketPath);

let engine: FaultEngine;
beforeAll(async () => {
  const list = Array.from({ length: 3000 }, (_, i) => ({ Id: `c${i}`, Image: 'x'.repeat(200) }));
  engine = await openFaultEngine({
    socketPath,
    routes: { '/info': { ID: 'x' }, '/containers/json': list },
  });
});
afterAll(() => engine.close());

const open = (url: string, options: Partial<OpenEngineOptions>) =>
  openEngine({ url, allowedEndpoints, ...options });

let sshd: PrivateSshd;
beforeAll(async () => {
  sshd = await openPrivateSshd(folder, bridge);
});
afterAll(() => sshd.close());

it('reads an engine and asks for nothing but the bridge', async () => {
  const reader = open(`ssh://127.0.0.1:${sshd.port}`, { sshConfigFile: sshd.configFile });

  expect(await reader.get('/info')).toEqual({ ID: 'x' });
  expect(await reader.get('/containers/json')).toHaveLength(3000);

  const commands = readFileSync(join(folder, 'commands.log'), 'utf8').trim().split('\n');
  expect(commands.at(-1)).toBe('docker system dial-stdio');
  reader.close();
  await untilTrue(() => engine.connections() === 0);
});

it('refuses a host whose key is not known', async () => {
  const reader = open(`ssh://127.0.0.1:${sshd.port}`, {
    sshConfigFile: sshd.strangerConfigFile,
  });
  const before = engine.accepted();

  await expect(reader.get('/info')).rejects.toMatchObject({
    code: 'engine-unreachable',
    message: expect.stringMatching(/host key/i),
  });
  expect(engine.accepted()).toBe(before);
  reader.close();
});

it('refuses a host whose key is another one than before, and says so', async () => {
  const path = (name: string) => join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path('former_key')]);
  const former = readFileSync(path('former_key.pub'), 'utf8').trim();
  writeFileSync(path('former_hosts'), `[127.0.0.1]:${sshd.port} ${former}\n`);
  const settings = readFileSync(sshd.configFile, 'utf8');
  expect(settings).toContain(path('known_hosts'));
  const sshConfigFile = path('former_config');
  writeFileSync(sshConfigFile, settings.replaceAll(path('known_hosts'), path('former_hosts')));
  const reader = open(`ssh://127.0.0.1:${sshd.port}`, { sshConfigFile });
  const [before, logins] = [engine.accepted(), sshd.logins()];

  await expect(reader.get('/info')).rejects.toMatchObject({
    code: 'engine-unreachable',
    message: expect.stringContaining('REMOTE HOST IDENTIFICATION HAS CHANGED'),
  });
  expect(engine.accepted()).toBe(before);
  expect(sshd.logins()).toBe(logins);
  reader.close();
});

it('passes on that the user may not log in', async () => {
  const reader = open(`ssh://nobody@127.0.0.1:${sshd.port}`, {
    sshConfigFile: sshd.configFile,
  });

  await expect(reader.get('/info')).rejects.toMatchObject({
    code: 'engine-unreachable',
    message: expect.stringContaining('Permission denied'),
  });
  reader.close();
});
