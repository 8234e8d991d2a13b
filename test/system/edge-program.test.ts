import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { createServer } from 'node:tls';
import { createKeyPair } from '../../src/tunnel/greeting.ts';
import { writeOneTimeKey } from '../../src/tunnel/one-time-key.ts';
import { makeAuthority } from '../support/certificates.ts';
import { openHostileHub } from '../support/hostile-hub.ts';
import { openSmallDisk } from '../support/small-disk.ts';
import { sparingNode } from '../support/sources.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const folder = makeTemporaryFolder();
const program = resolve(import.meta.dirname, '../../src/edge/main.ts');
const DOCKER_HOST = `unix://${join(folder, 'no-engine.sock')}`;
const oneTimeKey = (url: string, hubKey = createKeyPair().publicKey) =>
  writeOneTimeKey({ url, hubKey, secret: 'A'.repeat(32) });

/** Runs it with the words until it ends by itself. */
/** What a program wrote until its first line was whole, and maybe more; less where it ended before. */
async function firstLineOf(output: Readable): Promise<string> {
  let line = '';
  for await (const text of output.setEncoding('utf8')) {
    line += text;
    if (line.includes('\n')) break;
  }
  return line;
}

function run(words: readonly string[], environment: Record<string, string>) {
  const env = { ...sparingNode, DOCKER_HOST, ...environment };
  const options = { env, encoding: 'utf8', timeout: 60_000 } as const;
  return spawnSync(process.execPath, [program, ...words], options);
}

test('a file of its one-time key that others can read is refused, with its mode', () => {
  const file = join(folder, 'one-time-key');
  writeFileSync(file, oneTimeKey('wss://127.0.0.1:1/edge'));
  chmodSync(file, 0o644);
  // Where nobody else comes, nobody reads.
  chmodSync(folder, 0o755);
  const words = ['--folder', join(folder, 'exposed')];
  const { status, stderr } = run(words, { SEAWALL_EDGE_KEY_FILE: file });

  expect(status).toBe(2);
  expect(stderr).toContain('SEAWALL_EDGE_KEY_FILE names a file that others can use (mode 0644)');
  expect(stderr).not.toContain('swe1_');
  expect(existsSync(join(folder, 'exposed/edge.json'))).toBe(false);
});

test('a first start on a full disk says so, and leaves nothing behind', () => {
  const disk = openSmallDisk(1);
  try {
    disk.fill();
    const key = oneTimeKey('wss://127.0.0.1:1/edge');
    const { status, stderr } = run(['--folder', disk.folder], { SEAWALL_EDGE_KEY: key });

    expect(stderr).toMatch(
      /^The key of this edge cannot be written down: ENOSPC: [^\n]+\.\nMake room/,
    );
    expect(status).toBe(2);
    expect(existsSync(join(disk.folder, 'edge.json'))).toBe(false);
  } finally {
    disk.remove();
  }
});

test('its log escapes what acts on a terminal, whatever a hub calls the host', async () => {
  const host = 'web\u202e\u200b\u009b31m\u2028';
  const hub = await openHostileHub(() => {}, undefined, { kind: 'welcome', host });
  const words = [program, '--folder', join(folder, 'log')];
  const env = {
    ...sparingNode,
    DOCKER_HOST,
    SEAWALL_EDGE_KEY: oneTimeKey(hub.url, hub.key.publicKey),
  };
  const edge = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const line = await firstLineOf(edge.stdout);

    expect(line).toMatch(/^[\x20-\x7e]+\n/);
    expect(JSON.parse(line.split('\n')[0] ?? '')).toMatchObject({
      text: 'connected to the hub',
      host,
    });
  } finally {
    edge.kill();
    await hub.close();
  }
});

test('it escapes the words by which a hub refuses it', async () => {
  const refusal = { kind: 'refused', code: 'one-time-key-spent', text: 'no\u001b[2J\u202e' };
  const hub = await openHostileHub(() => {}, undefined, refusal);
  const words = [program, '--folder', join(folder, 'refused')];
  const key = oneTimeKey(hub.url, hub.key.publicKey);
  const env = { ...sparingNode, DOCKER_HOST, SEAWALL_EDGE_KEY: key };
  const edge = spawn(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    let said = '';
    for await (const text of edge.stderr.setEncoding('utf8')) said += text;

    expect(said).toContain('does not take the one-time key: no\\u{1b}[2J\\u{202e}.\n');
    expect(said).toMatch(/^[\x20-\x7e\n]+$/);
  } finally {
    edge.kill();
    await hub.close();
  }
});

test('it goes on answering when nobody reads its log any more', async () => {
  let came = 0;
  const hub = await openHostileHub(({ socket }) => {
    came += 1;
    socket.close('again');
  });
  const words = [program, '--folder', join(folder, 'unread')];
  const key = oneTimeKey(hub.url, hub.key.publicKey);
  const env = { ...sparingNode, DOCKER_HOST, SEAWALL_EDGE_KEY: key };
  const edge = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(edge, 'exit');
  try {
    edge.stdout.destroy();
    // Each time it says that it is connected, and that it is not.
    await until(() => came >= 3);
    edge.kill();

    expect(await ended).toEqual([0, null]);
  } finally {
    edge.kill();
    await hub.close();
  }
});

test('it takes no certificate of strangers, where Node is told to take any', async () => {
  const { cert, key } = makeAuthority(folder, 'own').issue('hub');
  let told = '';
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      told += data;
      socket.destroy();
    });
  });
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const env = {
    ...{ ...sparingNode, DOCKER_HOST, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    SEAWALL_EDGE_KEY: oneTimeKey(`wss://127.0.0.1:${port}/edge`),
  };
  const words = [program, '--folder', join(folder, 'strangers')];
  const edge = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const line = await firstLineOf(edge.stdout);

    expect(line).toContain('unable to verify the first certificate');
    expect(told).toBe('');
  } finally {
    edge.kill();
    server.close();
  }
});
