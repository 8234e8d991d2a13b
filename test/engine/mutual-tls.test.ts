import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import type { TlsFiles } from '../../src/engine/endpoint.ts';
import { openEngine } from '../../src/engine/open-engine.ts';
import { makeAuthority } from '../support/certificates.ts';
import { openFaultEngine } from '../support/fault-engine.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const authority = makeAuthority(folder, 'ours');
const stranger = makeAuthority(folder, 'theirs');
const server = authority.issue('server');
const client: TlsFiles = { ca: authority.ca, ...authority.issue('client') };

const text = (path: string): string => readFileSync(path, 'utf8');

async function read(
  tls: TlsFiles | undefined,
  engineDemandsCertificates = true,
  toUrl = (url: string) => url,
) {
  const engine = await openFaultEngine({
    routes: { '/info': { ID: 'x' } },
    tls: {
      key: text(server.key),
      cert: text(server.cert),
      ...(engineDemandsCertificates ? { ca: text(authority.ca) } : {}),
    },
  });
  const reader = openEngine({ url: toUrl(engine.url), tls, allowedEndpoints: ['GET /info'] });
  try {
    return { info: await reader.get('/info'), endpoint: reader.endpoint };
  } finally {
    reader.close();
    await engine.close();
  }
}

it('reads an engine when both sides prove themselves', async () => {
  const { info, endpoint } = await read(client);

  expect(info).toEqual({ ID: 'x' });
  expect(endpoint.isMutualTls).toBe(true);
});

it('does not call it mutual when the engine takes anyone', async () => {
  const { info, endpoint } = await read(client, false);

  expect(info).toEqual({ ID: 'x' });
  expect(endpoint.isMutualTls).toBe(false);
});

it('is refused with a certificate of another authority', async () => {
  const foreign = { ca: authority.ca, ...stranger.issue('client') };

  await expect(read(foreign)).rejects.toMatchObject({
    code: expect.stringMatching(/^engine-(unreachable|cut)$/),
  });
});

it('is told that a port which closes without a word may expect TLS', async () => {
  const engine = await openFaultEngine({
    routes: {},
    tls: { key: text(server.key), cert: text(server.cert) },
  });
  const url = engine.url.replace(/^\w+:/, 'tcp:');
  const reader = openEngine({ url, allowedEndpoints: ['GET /info'] });

  await expect(reader.get('/info')).rejects.toMatchObject({
    code: 'engine-cut',
    remedy: expect.stringContaining('may expect TLS'),
  });
  reader.close();
  await engine.close();
});

it('refuses an engine that another authority vouches for', async () => {
  await expect(read({ ...client, ca: stranger.ca })).rejects.toMatchObject({
    code: 'engine-unreachable',
    message: expect.stringContaining('certificate'),
  });
});

it('refuses an engine whose certificate is for another name', async () => {
  const toUrl = (url: string) => url.replace('127.0.0.1', 'localhost');

  await expect(read(client, true, toUrl)).rejects.toMatchObject({ code: 'engine-unreachable' });
});

it('refuses a false one also where Node is told to take any certificate', async () => {
  const { NODE_TLS_REJECT_UNAUTHORIZED = '1' } = env;
  Object.assign(env, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  try {
    await expect(read({ ...client, ca: stranger.ca })).rejects.toMatchObject({
      code: 'engine-unreachable',
    });
  } finally {
    Object.assign(env, { NODE_TLS_REJECT_UNAUTHORIZED });
  }
});

it.each<[string, () => TlsFiles, RegExp]>([
  [
    'an engine of another authority',
    () => ({ ...client, ca: stranger.ca }),
    /shows a certificate that is not signed by the authority in tls\.ca \([A-Z_]+\)$/,
  ],
  [
    'a key of another certificate',
    () => ({ ...client, key: stranger.issue('other').key }),
    /tls\.key does not belong to tls\.cert \([A-Z0-9_]+\)$/,
  ],
  [
    'a key in place of a certificate',
    () => ({ ...client, cert: client.key }),
    /tls\.cert or tls\.key is no PEM file of its kind \([A-Z_]+\)$/,
  ],
])('says in plain words what is wrong with %s', async (_what, tls, expected) => {
  await expect(read(tls())).rejects.toMatchObject({ message: expect.stringMatching(expected) });
});

it('gets nowhere without TLS', async () => {
  await expect(read(undefined)).rejects.toMatchObject({
    code: expect.stringMatching(/^engine-(cut|invalid-answer|status)$/),
  });
});

it.each(['ca', 'cert', 'key'] as const)('names a file that is missing: %s', async (name) => {
  await expect(read({ ...client, [name]: join(folder, 'none.pem') })).rejects.toMatchObject({
    code: 'engine-unreachable',
    message: expect.stringContaining(`tls.${name} cannot be read: ENOENT`),
  });
});

it('says so when a file is no certificate', async () => {
  await expect(read({ ...client, cert: client.key })).rejects.toMatchObject({
    code: 'engine-unreachable',
  });
});
