import { fullAccess } from '../../src/command/access.ts';
import type { RequestAsked } from '../../src/command/run-line.ts';
import type { ObservedContainer } from '../../src/ports/scan-record.ts';
import type { Sighting } from '../../src/ports/watch-store.ts';
import { bind } from '../../src/rules/example-facts.ts';
import { unread } from '../../src/shared/reading.ts';
import type { Answer } from '../../src/views/answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { morning, observedContainer, scanRecord } from '../support/scan-records.ts';

let core: OwnCore;
let day = 0;

beforeEach(async () => {
  core = await openOwnCore([silentHost('web-1', true)]);
  await scan(0, [observedContainer('aa', { name: 'web' })]);
});
afterEach(() => core.remove());

const scan = (onDay: number, containers: ObservedContainer[]) => {
  day = onDay;
  const times = { startedAt: morning(onDay), finishedAt: morning(onDay) };
  return core.context.store.saveScan(scanRecord({ ...times, containers }));
};
const ask = (text: string, access: RequestAsked['access'] = fullAccess) =>
  askLine(core, text, { access, now: () => Date.parse(morning(day)) + 3_600_000 });
const shown = (answer: Answer) => terminalText(answerDocument(answer)).replace(/\s+/g, ' ');
const redeployed = () =>
  observedContainer('bb', {
    name: 'web',
    mounts: [bind('/srv')],
    configuredCapabilities: ['CAP_SYS_ADMIN'],
  });

it('is explained with what is approved here, and what of it drifted', async () => {
  expect(shown(await ask('explain baseline'))).toContain('web-1: none approved');
  await ask('baseline approve web');
  expect(shown(await ask('explain baseline'))).toContain('web-1: 1 approved, 0 drifted: web');

  await scan(1, [redeployed()]);

  const answer = await ask('explain baseline');
  expect(shown(answer)).toContain('web-1: 1 approved, 1 drifted: web (capabilities, mounts)');
  expect(answer).toMatchObject({ next: ['status'] });
});

it('is explained by the stable name that the next container of a service has as well', async () => {
  const replica = (id: string, name: string, difference = {}) =>
    observedContainer(id, {
      ...{ name, composeProject: 'shop', composeService: 'web', composeConfigHash: 'a'.repeat(64) },
      ...difference,
    });
  await scan(1, [replica('cc', 'shop-web-1'), observedContainer('dd', { name: 'db' })]);
  await ask('baseline approve shop-web-1');
  await ask('baseline approve db');

  // Beside one that is as approved: what Compose made otherwise is no drift from the baseline.
  await scan(2, [
    replica('ee', 'shop-web-2'),
    replica('ff', 'shop-web-3', { mounts: [bind('/srv')] }),
  ]);
  const drifted = shown(await ask('explain baseline'));
  await scan(3, [replica('ee', 'shop-web-2')]);
  const same = shown(await ask('explain baseline'));
  await core.context.store.saveScan(
    scanRecord({
      ...{ startedAt: morning(4), finishedAt: morning(4), engine: null, containers: null },
      unreadSections: [{ section: 'engine', reason: 'connection refused' }],
    }),
  );

  expect(drifted).toContain(
    'web-1: 2 approved, 1 drifted, 1 not seen now: shop/web (mounts), db (not seen now)',
  );
  expect(same).toContain(
    'web-1: 2 approved, 0 drifted, 1 not seen now: db (not seen now), shop/web',
  );
  expect(shown(await ask('explain baseline'))).toMatch(
    /web-1: 2 approved, drift not known: \S+, \S+/,
  );
});

it('is explained with what is there and was not read yet', async () => {
  await ask('baseline approve web');
  const compose = { composeProject: 'shop', composeService: 'api' };
  await scan(1, [observedContainer('bb', { name: 'shop-api-1', ...compose })]);
  await ask('baseline approve shop-api-1');
  await scan(2, []);
  const { watches } = core.store;
  const held = (await watches.claim('web-1', { owner: 'a', leaseMs: 60_000 }))?.held;
  const at = Date.parse(morning(2));
  const sighting = (name: string, labels: Partial<Sighting['labels']> = {}): Sighting => ({
    ...{ kind: 'created', containerId: `id-of-${name}`, name, image: 'shop:2', at },
    ...{ timeNano: `${at}000000`, observed: unread('the engine did not answer in time') },
    labels: { composeProject: null, composeService: null, owner: null, ...labels },
    ...{ exitCode: null, exec: null, execId: null },
  });
  const sightings = [sighting('web'), sighting('shop-api-2', compose)];
  const batch = { sightings, mark: null, coveredUntil: null };
  if (held) await watches.apply('web-1', batch, held);

  expect(shown(await ask('explain baseline'))).toContain(
    'web-1: 2 approved, 0 drifted, 2 not read yet: web (not read yet), shop/api (not read yet)',
  );
});

it('measures drift field by field, also of the container that comes after', async () => {
  await ask('baseline approve web --reason "reviewed"');
  expect(await ask('inspect web')).toMatchObject({ drift: { baseline: { changes: [] } } });
  expect(await ask('status')).toMatchObject({ drifted: [] });

  await scan(1, [redeployed()]);

  const answer = await ask('inspect web');
  expect(answer).toMatchObject({
    drift: {
      baseline: {
        by: 'alice',
        reason: 'reviewed',
        changes: [
          { field: 'capabilities', added: ['CAP_SYS_ADMIN'] },
          { field: 'mounts', removed: [], added: ['/srv:/mnt:rw'] },
        ],
      },
      compose: null,
      image: null,
    },
  });
  expect(shown(answer)).toContain('mounts: + /srv:/mnt:rw');
  const drifted = [{ host: 'web-1', name: 'web', fields: ['capabilities', 'mounts'] }];
  for (const line of ['status', 'diff']) {
    const found = await ask(line);
    expect(found).toMatchObject({ drifted });
    expect(shown(found)).toContain('Drift: 1 container no longer as approved');
  }
});

it('replaces what was approved, and says what is new in it', async () => {
  await ask('baseline approve web');
  await scan(1, [redeployed()]);

  const again = await ask('baseline approve web');

  expect(again).toMatchObject({
    kind: 'baseline',
    changes: [{ field: 'capabilities' }, { field: 'mounts' }],
    next: ['baseline withdraw web on web-1', 'inspect web on web-1'],
  });
  expect(await ask('status')).toMatchObject({ drifted: [] });
});

it('is taken back, and each change is in the audit with before and after', async () => {
  await ask('baseline approve web --reason "first"');
  await ask('baseline approve web --reason "second"');
  expect(await ask('baseline withdraw web')).toMatchObject({
    isWithdrawn: true,
    baseline: { ended: { kind: 'withdrawn', by: 'alice' } },
  });

  expect(await ask('audit')).toMatchObject({
    entries: [
      { verb: 'baseline withdraw', before: { ended: null }, after: { ended: { by: 'alice' } } },
      { verb: 'baseline approve', before: { reason: 'first' }, after: { reason: 'second' } },
      { verb: 'baseline approve', who: 'alice (U1)', what: 'web on web-1', before: null },
    ],
  });
  expect(await ask('inspect web')).toMatchObject({ drift: { baseline: null } });
  expect(await ask('baseline withdraw web')).toMatchObject({
    kind: 'problem',
    message: 'No baseline is approved for web on web-1.',
  });
});

it('survives that the container is gone for a while, and can be taken back meanwhile', async () => {
  await ask('baseline approve web');
  await scan(1, []);

  expect(await ask('baseline approve web')).toMatchObject({ kind: 'problem', cause: 'mistake' });
  expect(await ask('baseline withdraw web')).toMatchObject({ kind: 'baseline' });
});

it.each(['baseline approve web', 'baseline withdraw web'])(
  '%s needs the permission to approve',
  async (line) => {
    const mayOperate = (permission: string) => ({
      isAllowed: permission !== 'approve',
      isPersonal: true,
      whoCanHelp: '',
    });

    expect(await ask(line, mayOperate)).toMatchObject({ kind: 'problem', cause: 'refused' });
    expect(await core.store.baselines.list({ hosts: ['web-1'] })).toEqual([]);
  },
);

it.each([
  ['baseline aprove web', 'baseline approve web'],
  ['baseline approve wep', 'baseline approve web'],
])('%s: try %s', async (line, correctedLine) => {
  expect(await ask(line)).toMatchObject({ kind: 'problem', correctedLine });
});
