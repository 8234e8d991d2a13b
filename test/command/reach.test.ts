import { openSampleEngine, type SampleEngine } from '../../demo/sample/sample-engine.ts';
import { assess } from '../../src/assessment/assess.ts';
import { scanHosts } from '../../src/inspections/scan-hosts.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import { joinedNamespace, network } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { askFor, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { morning, observedContainer, scanRecord } from '../support/scan-records.ts';

const startedAt = Date.parse('2026-03-31T15:20:00Z');
const idOf = (name: string) => Buffer.from(name).toString('hex').padEnd(64, '0');
let core: OwnCore;
let sample: SampleEngine;

beforeEach(async () => {
  sample = await openSampleEngine({ host: 'sample-web', startedAt, clock: () => startedAt });
  const sampleWeb = { ...silentHost('sample-web'), url: sample.url };
  core = await openOwnCore([silentHost('web-1', true), sampleWeb]);
});
afterEach(async () => {
  await core.remove();
  await sample.close();
});

const lan = network('lan', { gateways: ['10.0.0.1'] });
const inLan = (name: string, address: string) =>
  observedContainer(idOf(name), {
    name,
    networks: ['lan'],
    networkAddresses: [{ network: 'lan', own: [address], gateways: ['10.0.0.1'] }],
  });

/** Containers of the host as a scan of one morning saw them. */
async function scan(day: number, containers = [inLan('web', '10.0.0.2'), inLan('db', '10.0.0.3')]) {
  const snapshot = exampleSnapshot({ networks: [lan] });
  const record = { startedAt: morning(day), finishedAt: morning(day), containers };
  await core.context.store.saveScan(
    scanRecord({
      ...record,
      reach: {
        ...reachFacts(assess(snapshot)),
        held: containers.map(({ facts }) => ({ containerId: facts.id, steps: [] })),
      },
    }),
  );
}

async function ask(text: string) {
  const answer = await askFor(core, 'reach', text, { now: () => Date.parse(morning(4)) });
  const document = answerDocument(answer);
  return { answer, document, text: terminalText(document) };
}

it('answers from what the last scan stored, whatever the next one could read', async () => {
  await scan(0);
  await scan(1);
  await core.context.store.saveScan(
    scanRecord({ startedAt: morning(2), finishedAt: morning(2), engine: null, containers: null }),
  );
  const { answer, document } = await ask('reach web');

  expect(answer.reach?.targets.map(({ name, address }) => `${name} ${address}`)).toEqual([
    'a program of the host 10.0.0.1',
    'db 10.0.0.3',
    'other machines null',
  ]);
  expect(document.headline).toBe(
    'web on web-1 reaches 1 network that leads out; unknown: what the host and 1 container listen on',
  );
  expect(document.next).toEqual(['inspect web on web-1', 'isolation web on web-1']);
});

it('says that one that is stopped, or gone, reaches nothing now, and what it would', async () => {
  const { facts, ...rest } = inLan('web', '10.0.0.2');
  await scan(0, [{ ...rest, facts: { ...facts, state: 'exited' } }, inLan('db', '10.0.0.3')]);
  const stopped = await ask('reach web');
  await scan(1, [inLan('db', '10.0.0.3')]);
  const gone = await ask('reach web');

  expect(stopped.document.headline).toMatch(
    /^web on web-1 is exited and reaches nothing now; if it were started again it would reach 1 network/,
  );
  expect(gone.document.headline).toMatch(/^web on web-1 is gone since .* and reaches nothing now/);
  expect(gone.answer.reach?.targets.map(({ name }) => name)).toContain('db');
  expect(gone.text).toContain('the last scan did not see it');
});

it('says who reaches it, which a container that is stopped says of nobody', async () => {
  await scan(0);
  const { answer, text } = await ask('reach db');

  expect(answer.reachedBy?.from.map(({ name }) => name)).toEqual(['web']);
  expect(text).toContain('Who reaches db on web-1');
  expect(text).toMatch(/Of 1 other running container of its host 1 reaches it or may\./);
  expect(text).toContain('unknown web 10.0.0.3 through the network lan');
  expect(text).toContain('Other machines: the engine opens no port on the host for it.');

  const { facts, ...rest } = inLan('db', '10.0.0.3');
  await scan(1, [inLan('web', '10.0.0.2'), { ...rest, facts: { ...facts, state: 'exited' } }]);
  expect((await ask('reach db')).answer.reachedBy).toBeNull();
});

it('says of no container in an unknown network that it is on that of the host', async () => {
  const { facts, ...rest } = inLan('db', '10.0.0.3');
  const networkNamespace = joinedNamespace('unknown', 'gone');
  const lost = { ...facts, networkNamespace, networks: [], networkAddresses: [] };
  await scan(0, [inLan('web', '10.0.0.2'), { ...rest, facts: lost }]);
  const { text } = await ask('reach db');

  expect(text).not.toContain('as it is on the host’s network');
  expect(text).toContain('no port on the host is known to be open for it; more is unknown.');
  expect(text).toContain('other machines: the container whose network it joined cannot be found');
});

it('is unknown where no scan of this version looked', async () => {
  await core.context.store.saveScan(scanRecord({ containers: [inLan('web', '10.0.0.2')] }));
  const { answer, document } = await ask('reach web');

  expect(answer.reach).toBeNull();
  expect(document.headline).toContain('unknown until the next scan');
});

it('groups, bounds and counts what it shows', async () => {
  const many = Array.from({ length: 30 }, (_, index) =>
    inLan(`peer-${index}`, `10.0.0.${index + 10}`),
  );
  await scan(0, [inLan('web', '10.0.0.2'), ...many]);
  const { answer, text, document } = await ask('reach web');

  expect(answer.reach?.targets.filter(({ kind }) => kind === 'container')).toHaveLength(30);
  expect(document.headline).toContain('unknown: what the host and 30 containers listen on');
  expect(text).toContain('unknown peer-0, peer-1, peer-10, peer-11, peer-12 and 25 more');
});

it('answers for each container of a sample host', async () => {
  const hosts = core.context.hosts.filter(({ name }) => name === 'sample-web');
  await scanHosts(core.context, hosts);
  const containers = await core.context.store.listContainers({ hosts: ['sample-web'] });
  const headlines = new Map<string, string>();
  for (const { facts } of containers) {
    const { document } = await ask(`reach ${facts.name} on sample-web`);
    headlines.set(facts.name, document.headline);
  }

  expect(headlines.get('backups')).toBe(
    'backups on sample-web reaches 1 door of the engine, 1 way to the host, 4 ways into other containers',
  );
  expect(headlines.get('cache')).toBe(
    'cache on sample-web reaches 3 published ports, 1 network that leads out; unknown: what the host and 5 containers listen on',
  );
});
