import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExposureAnswer, ExposureResult } from '../../src/answers/exposure-answer.ts';
import { fullAccess } from '../../src/command/access.ts';
import { runLine } from '../../src/command/run-line.ts';
import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import type { RealEngine } from '../support/real-engine.ts';
import { startContainer } from '../support/run-options.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { workerEngine } from '../support/worker-engine.ts';

// Which layer brought a package is read out of the layers themselves, as `docker save` writes them.

const STATUS = 'var/lib/dpkg/status';

let engine: RealEngine;
let database: TemporaryDatabase;
let core: Core;

const entry = (name: string, version: string): string =>
  `Package: ${name}\\nStatus: install ok installed\\nArchitecture: amd64\\nVersion: ${version}\\n\\n`;
const installs = (packages: Record<string, string>): string =>
  `RUN printf '${Object.entries(packages)
    .map(([name, version]) => entry(name, version))
    .join('')}' > /${STATUS}`;
const library = (name: string, version: string): string =>
  `RUN mkdir -p /srv/node_modules/${name} && printf '{"name":"${name}","version":"${version}"}' > /srv/node_modules/${name}/package.json`;

const ofBase = { libssl3: '3.0.11-1', zlib1g: '1:1.2.13-1' };

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  const build = (tag: string, from: string, ...lines: string[]) =>
    engine.build(tag, [`FROM ${from}`, ...lines, 'CMD ["sleep", "1000"]'].join('\n'));
  build(
    'layer-base:1',
    'base:1.0',
    `RUN mkdir -p /var/lib/dpkg /usr/lib && printf 'ID=debian\\nVERSION_ID="12"\\nPRETTY_NAME="Debian 12"\\n' > /usr/lib/os-release`,
    installs(ofBase),
    library('yaml', '2.0.0'),
  );
  build('layer-mid:1', 'layer-base:1', installs({ ...ofBase, curl: '7.88.1-10' }));
  build(
    'layer-app:1',
    'layer-mid:1',
    installs({ ...ofBase, libssl3: '3.0.12-1', curl: '7.88.1-10', jq: '1.6-2' }),
    library('lodash', '4.17.20'),
  );
  await startContainer(engine.socketPath, 'drift', ['--no-network'], ['layer-app:1']);
  const more = entry('vim', '2:9.0-1');
  engine.docker('exec', 'drift', 'sh', '-c', `printf '${more}' >> /${STATUS}`);
  database = temporaryDatabase();
  core = await assembleCore({
    hosts: [
      {
        ...{ name: 'web-1', url: engine.url, isDefault: true, tls: undefined, labels: {} },
        evidence: 'files',
      },
    ],
    databaseUrl: database.url,
    policy: defaultPolicy,
  });
  await ask('scan');
  await ask('scan deep');
}, 900_000);
afterAll(async () => {
  await core?.store.close();
  database?.remove();
  await engine?.close();
});

async function ask(text: string) {
  const actor = { id: 'U1', name: 'alice', place: 'terminal' };
  const context = { ...core.context, actor, onProgress: () => {} };
  return runLine(context, { text, access: fullAccess, reference: 'a1b2' });
}

async function resultsFor(question: string): Promise<ExposureResult[]> {
  const answer = await ask(`exposure ${question}`);
  if (answer.kind !== 'exposure') throw new Error(JSON.stringify(answer));
  return (answer satisfies ExposureAnswer).results.filter(({ package: found }) => found !== null);
}

/** What is asked of an image once: nobody changes one. */
function once<T>(ask: (image: string) => T): (image: string) => T {
  const known = new Map<string, T>();
  return (image) => {
    const told = known.get(image) ?? ask(image);
    known.set(image, told);
    return told;
  };
}

/** The layers of an image as files of their own, the lowest first. */
const layersOf = once((image) => {
  const folder = join(engine.folder, `saved-${image.replace(/\W/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  const archive = `${folder}.tar`;
  engine.docker('save', '--output', archive, image);
  execFileSync('tar', ['-C', folder, '-xf', archive]);
  const [manifest] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  return (manifest.Layers as string[]).map((path) => join(folder, path));
});

/** What a layer has of a file; null where it leaves it as it was. */
function fileIn(layer: string, path: string): string | null {
  const names = execFileSync('tar', ['-tf', layer], { encoding: 'utf8' }).split('\n');
  const name = names.find((one) => one.replace(/^\.\//, '') === path);
  return name === undefined
    ? null
    : execFileSync('tar', ['-xOf', layer, name], { encoding: 'utf8' });
}

/** The layer, counted from 1, since which a text stands in a file. */
function sinceLayer(image: string, path: string, text: string): number {
  let since = 0;
  for (const [index, layer] of layersOf(image).entries()) {
    const content = fileIn(layer, path);
    if (content === null) continue;
    if (!content.includes(text)) since = 0;
    else if (since === 0) since = index + 1;
  }
  return since;
}

const countOf = once(
  (image): number =>
    JSON.parse(engine.docker('inspect', '--format', '{{json .RootFS.Layers}}', image)).length,
);

const prefixes = ['base:1.0', 'layer-base:1', 'layer-mid:1'];

/** Between which images of the first layers a layer lies. */
function placeOf(image: string, layer: number) {
  const of = countOf(image);
  const below = prefixes.map((name) => ({ name, count: countOf(name) }));
  const lower = below.filter(({ count }) => count < of);
  const base = lower.find(({ count }) => count >= layer);
  const without = lower.findLast(({ count }) => count < layer);
  const from = (without?.count ?? 0) + 1;
  return base
    ? { by: 'base', base: { name: base.name }, layers: { from, to: base.count, of } }
    : { by: 'above', base: { name: without?.name }, layers: { from, to: of, of } };
}

const packages = [
  ['libssl3', '3.0.11-1'],
  ['libssl3', '3.0.12-1'],
  ['zlib1g', '1:1.2.13-1'],
  ['curl', '7.88.1-10'],
  ['jq', '1.6-2'],
] as const;

it('is that in which a package of the system was installed or replaced', async () => {
  let compared = 0;
  for (const [name, version] of packages) {
    for (const result of await resultsFor(`"${name}=${version}"`)) {
      if (result.containers.length > 0 || !/^layer-(mid|app):1$/.test(result.image)) continue;
      const text = `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`;
      const layer = sinceLayer(result.image, STATUS, text);
      expect([name, version, result.image, layer]).not.toContain(0);
      expect([name, result.image, result.layer]).toMatchObject([
        ...[name, result.image],
        { state: 'read', value: placeOf(result.image, layer) },
      ]);
      compared += 1;
    }
  }
  expect(compared).toBe(3);
});

it('is that in which a library came to its place', async () => {
  const seen: string[] = [];
  for (const [name, version] of [
    ['yaml', '2.0.0'],
    ['lodash', '4.17.20'],
  ] as const) {
    const path = `srv/node_modules/${name}/package.json`;
    for (const { image, layer, containers } of await resultsFor(name)) {
      if (!/^layer-(mid|app):1$/.test(image)) continue;
      const place = placeOf(image, sinceLayer(image, path, version));
      expect([image, containers.length, layer]).toMatchObject([
        ...[image, containers.length],
        { state: 'read', value: place },
      ]);
      seen.push(`${name} in ${image}`);
    }
  }
  expect(seen).toEqual(expect.arrayContaining(['yaml in layer-mid:1', 'lodash in layer-app:1']));
});

it('is told in words, and not guessed where no image of the first layers is known', async () => {
  const text = terminalText(answerDocument(await ask('exposure zlib1g')));
  expect(text).toContain('came with base layer-base:1 (layers 2 to 4 of');
  // Its first layers are those of no other image.
  const [lowest] = (await resultsFor('yaml')).filter(({ image }) => image === 'layer-base:1');
  expect(lowest?.layer).toMatchObject({ value: { by: 'above', base: { name: 'base:1.0' } } });
});

it('is none for what a container installed itself', async () => {
  const only = async (name: string) =>
    (await resultsFor(name)).find(({ containers }) =>
      containers.some((one) => one.name === 'drift'),
    );
  // Nobody knows yet what its image has.
  expect((await only('vim'))?.layer).toMatchObject({ state: 'unread' });
  expect((await only('jq'))?.layer).toMatchObject({ state: 'unread' });

  await startContainer(engine.socketPath, 'clean', ['--no-network'], ['layer-app:1']);
  await ask('scan');
  expect((await only('vim'))?.layer).toMatchObject({
    ...{ state: 'read', value: { by: 'container', base: null, layers: null } },
  });
  const layer = sinceLayer('layer-app:1', STATUS, 'Package: jq\n');
  const ofJq = await resultsFor('jq');
  expect(new Set(ofJq.map(({ containers }) => containers[0]?.name))).toEqual(
    new Set(['clean', 'drift']),
  );
  expect(ofJq).toHaveLength(2);
  for (const one of ofJq) {
    expect(one.layer).toMatchObject({ value: placeOf('layer-app:1', layer) });
  }
  for (const one of await resultsFor('"libssl3=3.0.12-1"')) {
    expect(one.layer).toMatchObject({
      value: { by: 'above', base: { name: 'layer-mid:1' }, replaces: '3.0.11-1' },
    });
  }
});
