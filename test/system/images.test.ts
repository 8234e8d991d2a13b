import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ImageAnswer, ImagesAnswer } from '../../src/answers/image-answer.ts';
import { fullAccess } from '../../src/command/access.ts';
import { runLine } from '../../src/command/run-line.ts';
import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { openSmallRegistry, type SmallRegistry } from '../support/small-registry.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const SECRET = 'hunter2-of-the-build';

let engine: RealEngine;
let registry: SmallRegistry;
let database: TemporaryDatabase;
let core: Core;
let listed: ImagesAnswer;

async function ask(text: string) {
  const actor = { id: 'U1', name: 'alice', place: 'terminal' };
  const context = { ...core.context, actor, onProgress: () => {} };
  return runLine(context, { text, access: fullAccess, reference: 'a1b2' });
}

beforeAll(async () => {
  registry = await openSmallRegistry({
    created: '2025-10-01T00:00:00Z',
    config: { Labels: { 'org.opencontainers.image.base.name': 'docker.io/library/debian:12' } },
    history: [{ created: '2025-10-01T00:00:00Z', created_by: 'ADD rootfs.tar / # buildkit' }],
  });
  engine = await openRealEngine({ sharesNetwork: true });
  engine.importBaseImage();
  const lines = [
    'FROM base:1.0',
    `ARG TOKEN=${SECRET}`,
    `ENV PASSWORD=${SECRET}`,
    `RUN echo ${SECRET} && echo curl > /tool && rm -f /none`,
    'CMD ["sleep", "100"]',
  ];
  engine.build('built:1', lines.join('\n'));
  engine.build('moved:1', ['FROM base:1.0', 'LABEL moved=yes', 'CMD ["true"]'].join('\n'));
  const archive = join(engine.folder, 'moved.tar');
  engine.docker('save', '--output', archive, 'moved:1');
  engine.docker('rmi', 'moved:1');
  engine.docker('load', '--input', archive);
  engine.docker('run', '--name', 'changed', '--network', 'host', 'base:1.0', 'true');
  engine.docker('commit', 'changed', 'committed:1');
  // It waits for this process, which has the registry.
  await promisify(execFile)('docker', ['--host', engine.url, 'pull', registry.reference]);
  database = temporaryDatabase();
  core = await assembleCore({
    hosts: [
      {
        ...{ name: 'web-1', url: engine.url, isDefault: true, tls: undefined, labels: {} },
        evidence: 'api',
      },
    ],
    databaseUrl: database.url,
    policy: defaultPolicy,
  });
  await ask('scan');
  const answer = await ask('images');
  if (answer.kind !== 'images') throw new Error(JSON.stringify(answer));
  listed = answer;
}, 900_000);
afterAll(async () => {
  await core?.store.close();
  database?.remove();
  await engine?.close();
  await registry?.close();
});

const named = (name: string) => {
  const found = listed.images.find((image) => image.name === name);
  if (found?.facts.state !== 'read') throw new Error(`${name} is not listed`);
  return { ...found, facts: found.facts.value };
};

it('says how each image came to the host', () => {
  const origins = Object.fromEntries(
    ['base:1.0', 'built:1', 'moved:1', 'committed:1', registry.reference].map((name) => {
      const { origin } = named(name).facts;
      return [name === registry.reference ? 'app' : name, origin];
    }),
  );

  expect(origins).toEqual({
    'base:1.0': { state: 'read', value: 'imported' },
    'built:1': { state: 'read', value: 'built' },
    'moved:1': { state: 'read', value: 'loaded' },
    'committed:1': { state: 'read', value: 'committed' },
    app: { state: 'read', value: 'pulled' },
  });
});

it('finds the base by the layers, or by the word of the label', () => {
  const layers = { by: 'layers', name: 'base:1.0', host: 'web-1', layers: 1 };

  expect(named('built:1').base).toMatchObject({ state: 'read', value: layers });
  expect(named(registry.reference).base).toMatchObject({
    value: { by: 'label', name: 'docker.io/library/debian:12' },
  });
});

it('knows which are used', async () => {
  expect(named('base:1.0')).toMatchObject({ containers: 1, running: 0 });
  const answer = (await ask('images unused')) as ImagesAnswer;
  expect(answer.images.map(({ name }) => name).sort()).toEqual(
    ['built:1', 'committed:1', 'moved:1', registry.reference].sort(),
  );
});

it('shows the steps of a build, and neither values of variables nor arguments', async () => {
  const answer = (await ask('images built:1')) as ImageAnswer;
  const steps = answer.image.facts.state === 'read' ? answer.image.facts.value.steps : [];

  expect(steps.map(({ instruction }) => instruction)).toEqual(
    expect.arrayContaining(['CMD', 'RUN', 'ENV', 'ARG']),
  );
  expect(steps.find(({ instruction }) => instruction === 'RUN')).toMatchObject({
    programs: ['rm'],
    variables: ['TOKEN'],
  });
  expect(answer.image.facets).toContain('secret');
  expect(JSON.stringify(answer)).not.toContain('hunter2');
});
