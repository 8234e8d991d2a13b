import { askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { morning, observedContainer, scanRecord } from '../support/scan-records.ts';

let core: OwnCore;

beforeAll(async () => {
  core = await openOwnCore([silentHost('shop-3', true)]);
  const containers = [observedContainer('aa'.padEnd(64, '0'), { name: 'checkout' })];
  const times = { startedAt: morning(0), finishedAt: morning(0) };
  await core.context.store.saveScan(scanRecord({ ...times, host: 'shop-3', containers }));
});
afterAll(() => core.remove());

const ask = (text: string, own = core) => askLine(own, text);

test('what help offers to run next names what is there', async () => {
  expect(await ask('help inspect')).toMatchObject({ next: ['inspect checkout'] });
});

test('help on alerts says where a single one is snoozed', async () => {
  expect(await ask('help alerts')).toMatchObject({
    commands: [{ note: expect.stringContaining('snoozed') }],
  });
  expect(await ask('help scan')).toMatchObject({ commands: [{ note: null }] });
});

test('two hosts are not offered where there is one', async () => {
  expect(await ask('help compare')).toMatchObject({ next: [] });
});

test('a container that has the name of an example stays', async () => {
  const containers = [observedContainer('bb'.padEnd(64, '0'), { name: 'redis' })];
  const times = { startedAt: morning(1), finishedAt: morning(1) };
  await core.context.store.saveScan(scanRecord({ ...times, host: 'shop-3', containers }));

  expect(await ask('help inspect')).toMatchObject({ next: ['inspect redis'] });
});

test('two containers are compared once there are two', async () => {
  const one = await openOwnCore([silentHost('shop-5', true)]);
  const names = ['checkout', 'front'];
  for (const [at, name] of names.entries()) {
    const containers = names
      .slice(0, at + 1)
      .map((known) => observedContainer(known.padEnd(64, '0'), { name: known }));
    const times = { startedAt: morning(at), finishedAt: morning(at) };
    await one.context.store.saveScan(scanRecord({ ...times, host: 'shop-5', containers }));
    const lines = at === 0 ? [] : ['compare checkout front'];
    expect(await ask('help compare', one)).toMatchObject({ commands: [{ examples: lines }] });
    expect(await ask(`help accept`, one)).toMatchObject({
      commands: [
        { examples: expect.arrayContaining([expect.stringContaining(`host-network ${name}`)]) },
      ],
    });
  }
  await one.remove();
});

test('nothing is offered that names a container where there is none', async () => {
  const young = await openOwnCore([silentHost('shop-4', true)]);

  expect(await ask('help inspect', young)).toMatchObject({ next: [] });
  expect(await ask('help scan', young)).toMatchObject({ next: ['scan'] });
  await young.remove();
});

test('no finding is offered that nobody has', async () => {
  expect(await ask('why')).toMatchObject({
    ...{ kind: 'problem', message: '“why” needs more words.', correctedLine: null },
  });
});
