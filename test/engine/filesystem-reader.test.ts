import type { ServerResponse } from 'node:http';
import { createFilesystemReader, exportProbeRequest } from '../../src/engine/filesystem-reader.ts';
import { archiveRoutes } from '../support/archive-engine.ts';
import { useEngines } from '../support/engine-door.ts';
import { callsOf, own, probe, probing, sendJson } from '../support/probing-engine.ts';
import { tarOf } from '../support/tar-bytes.ts';

const { serve } = useEngines();

const lodash = JSON.stringify({ name: 'lodash', version: '4.17.20' });
const archive = tarOf(
  { name: 'app/node_modules/lodash/package.json', body: lodash },
  { name: 'app/large', body: 'x'.repeat(5_000) },
);
const sends = (bytes: Uint8Array) => (_: unknown, response: ServerResponse) =>
  response.writeHead(200, { 'Content-Type': 'application/x-tar' }).end(bytes);
const image = { '/images/sha256:a/json': { Config: { Volumes: { '/data': {} } } } };

async function engineWith(exported: unknown, id: string = own, routes: object = {}) {
  const engine = await serve({
    routes: { ...probing(), ...image, [`/containers/${id}/export`]: exported, ...routes },
  });
  const read = (evidence: 'api' | 'files', containerId: string | null = null) =>
    createFilesystemReader({ hosts: [{ name: 'a', url: engine.url, evidence }] }).readFilesystem(
      'a',
      { imageId: 'sha256:a', containerId },
    );
  return { engine, read };
}

const made = [
  'GET /images/sha256:a/json',
  'POST /containers/create',
  'GET /containers/json',
  `GET /containers/${own}/export`,
  `DELETE /containers/${own}`,
];

it('reads an image through a container that is made for it and removed', async () => {
  const { engine, read } = await engineWith(sends(archive));

  expect(await read('files', 'some-other')).toMatchObject({
    readFrom: 'probe',
    inventory: { packages: [{ name: 'lodash', version: '4.17.20' }], cut: null },
  });
  expect(callsOf(engine)).toEqual(made);
});

it('reads it at the level api through the container that is given, and makes none', async () => {
  const { engine, read } = await engineWith(sends(archive), 'c1');

  expect(await read('api', 'c1')).toMatchObject({ readFrom: 'container' });
  await expect(read('api')).rejects.toThrow('no container of the image exists');
  expect(callsOf(engine)).toEqual(['GET /containers/c1/export']);
});

it.each([
  ['the engine refuses', sendJson(500, { message: 'no space left' }), 'no space left'],
  ['it is no archive', sends(Buffer.alloc(4096, 'x')), 'not its API'],
])('removes the container also where %s', async (_case, exported, message) => {
  const { engine, read } = await engineWith(exported);

  await expect(read('files')).rejects.toThrow(message);
  expect(callsOf(engine)).toEqual(made);
});

it('says of an archive that ends too early what was read until then', async () => {
  const { read } = await engineWith(sends(archive.subarray(0, 3_000)));

  const { inventory } = await read('files');
  expect(inventory.packages).toMatchObject([{ name: 'lodash' }]);
  expect(inventory.cut).not.toBeNull();
});

it('makes a container that can do nothing, with memory in the place of volumes', () => {
  expect(exportProbeRequest('sha256:a', ['/data', '/var/lib/x'])).toMatchObject({
    Image: 'sha256:a',
    Cmd: ['x'],
    Labels: { 'seawall.probe': '1', 'seawall.export': '1' },
    HostConfig: {
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      Tmpfs: { '/data': '', '/var/lib/x': '' },
    },
  });
});

it('removes what a Seawall that died has left', async () => {
  const labels = { 'seawall.probe': '1', 'seawall.export': '1' };
  const listed = [
    probe(own, 10_000),
    probe('left', 9_000, { Labels: labels }),
    probe('reads', 9_800, { Labels: labels }),
  ];
  const { engine, read } = await engineWith(sends(archive), own, {
    '/containers/json': listed,
    '/containers/left': sendJson(204, undefined),
  });
  await read('files');

  expect(callsOf(engine).filter((call) => call.startsWith('DELETE'))).toEqual([
    'DELETE /containers/left',
    `DELETE /containers/${own}`,
  ]);
});

it('shares what is being read, and reads one of an engine at a time', async () => {
  let open = 0;
  let most = 0;
  const slow = (_: unknown, response: ServerResponse) => {
    open += 1;
    most = Math.max(most, open);
    response.on('close', () => {
      open -= 1;
    });
    setImmediate(() => sends(archive)(_, response));
  };
  const engine = await serve({
    routes: { '/containers/c1/export': slow, '/containers/c2/export': slow },
  });
  const hosts = ['a', 'b'].map((name) => ({ name, url: engine.url }));
  const reader = createFilesystemReader({ hosts });
  const ask = (host: string, id: string) =>
    reader.readFilesystem(host, { imageId: `image-of-${id}`, containerId: id });
  await Promise.all([ask('a', 'c1'), ask('a', 'c1'), ask('a', 'c2'), ask('b', 'c1')]);

  expect(callsOf(engine).sort()).toEqual([
    'GET /containers/c1/export',
    'GET /containers/c1/export',
    'GET /containers/c2/export',
  ]);
  expect(most).toBe(1);
});

it('reads packages of an image without a container through one that is made, and removes it', async () => {
  const status = [
    'Package: libssl3\nStatus: install ok installed\nArchitecture: amd64',
    'Source: openssl (3.0.15-1)\nVersion: 3.0.15-1+b1\n\n',
  ].join('\n');
  const files: Record<string, string> = {
    '/var/lib/dpkg/status': status,
    '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n',
  };
  const archived = archiveRoutes([
    {
      name: 'x',
      files: Object.fromEntries(
        Object.entries(files).map(([path, content]) => [path, { content }]),
      ),
    },
  ]);
  const engine = await serve({
    routes: {
      ...probing(),
      ...image,
      [`/containers/${own}/archive`]: archived['/containers/id-x/archive'],
    },
  });
  const reader = (evidence: 'api' | 'files') =>
    createFilesystemReader({ hosts: [{ name: 'a', url: engine.url, evidence }] });
  expect(await reader('files').readSystem('a', 'sha256:a')).toMatchObject({
    state: 'read',
    value: {
      manager: 'dpkg',
      operatingSystem: { id: 'debian', versionId: '12' },
      packages: [{ name: 'libssl3', version: '3.0.15-1+b1', sourceName: 'openssl' }],
    },
  });
  const calls = callsOf(engine);
  expect(calls).toContain('POST /containers/create');
  expect(calls.at(-1)).toBe(`DELETE /containers/${own}`);
  expect(calls.some((call) => call.includes('/export'))).toBe(false);

  await expect(reader('api').readSystem('a', 'sha256:a')).rejects.toThrow('makes one');
});
