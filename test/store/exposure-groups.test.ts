import fc from 'fast-check';
import type { ExposureAnswer } from '../../src/answers/exposure-answer.ts';
import { fullAccess } from '../../src/command/access.ts';
import { runLine } from '../../src/command/run-line.ts';
import { feedOfJson } from '../../src/feeds/make-feed.ts';
import { groupKey, groupSpans } from '../../src/inspections/exposed-groups.ts';
import { exposureOf } from '../../src/inspections/exposure-of.ts';
import { resultOrder } from '../../src/inspections/exposure-order.ts';
import { exposureQuestion } from '../../src/inspections/exposure-question.ts';
import { toldOf } from '../../src/inspections/exposure-results.ts';
import { GONE_MS } from '../../src/inspections/look-at-exposure.ts';
import { groupsOfPage } from '../../src/inspections/page-groups.ts';
import type { ContainerSpan, ExposureStore, SpanGroup } from '../../src/ports/exposure-store.ts';
import type { ImageFilesystem } from '../../src/ports/filesystem-store.ts';
import type { ObservedContainer } from '../../src/ports/scan-record.ts';
import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { read, unread } from '../../src/shared/reading.ts';
import { compareText } from '../../src/shared/text.ts';
import { having, packageOf } from '../support/having-packages.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { temporaryDatabase } from '../support/temporary-database.ts';

// What the database counts is compared with all containers and images read one by one, over fleets that are made up.

const hosts = ['web-1', 'web-2', 'web-3'];
const release = (fixed: string) => ({ status: 'resolved', fixed_version: fixed, urgency: 'low' });
const tracker = {
  openssl: { 'CVE-2024-13176': { releases: { bookworm: release('3.0.15-1~deb12u1') } } },
};
const contents = [
  [packageOf('libssl3', '3.0.11-1', 'openssl')],
  [packageOf('libssl3', '3.0.15-1', 'openssl'), packageOf('openssl', '3.0.11-1')],
  [packageOf('zlib1g', '1:1.2.13.dfsg-1', 'zlib')],
];

const aName = fc.constantFrom('app:1', 'app:latest', 'proxy', '');

/** So many containers a host has at most. */
const NUMBERS = 6;
/** One container on one day; the same number on a host is the same container. */
const aContainer = fc.record({
  host: fc.constantFrom(...hosts),
  number: fc.nat(NUMBERS - 1),
  name: aName,
  holds: fc.option(fc.nat(contents.length - 1), { nil: null }),
  release: fc.constantFrom('12', '11'),
  state: fc.constantFrom('running', 'paused', 'exited'),
});
const aDay = fc.record({
  containers: fc.uniqueArray(aContainer, {
    maxLength: 7,
    selector: ({ host, number }) => `${host} ${number}`,
  }),
  images: fc.array(fc.record({ host: fc.constantFrom(...hosts), number: fc.nat(7) }), {
    maxLength: 6,
  }),
  whole: fc.option(fc.nat(7), { nil: null }),
});
type Day = typeof aDay extends fc.Arbitrary<infer T> ? T : never;
type Name = Day['containers'][number]['name'];

/** A container has the name by which it was started for as long as it is there. */
const keepNames = (days: readonly Day[], names: readonly Name[]): Day[] =>
  days.map((day) => ({
    ...day,
    containers: day.containers.map((one) => ({
      ...one,
      name: names[hosts.indexOf(one.host) * NUMBERS + one.number] ?? one.name,
    })),
  }));

const idOf = (number: number) => `sha256:${number}`;

function observed({ number, name, holds, release, state }: Day['containers'][number]) {
  const one = having(`c${number}`, release, holds === null ? [] : (contents[holds] ?? []));
  // Two containers have the image of another one.
  one.facts = { ...one.facts, imageId: idOf(number % 4), imageReference: name };
  if (state !== 'running') one.facts = { ...one.facts, state: state as 'exited' };
  if (holds !== null || one.surface === null) return one;
  return {
    ...one,
    surface: { ...one.surface, installed: unread(`it failed on ${state}`) },
  } as ObservedContainer;
}

async function live(core: Core, days: readonly Day[], isListed: boolean): Promise<void> {
  const { store } = core;
  for (const [index, { containers, images, whole }] of days.entries()) {
    for (const host of hosts) {
      const seen = images.filter((one) => one.host === host).map(({ number }) => number);
      await store.filesystems.seeImages(
        host,
        morning(index + 1),
        [...new Set(seen)].map((number) => ({
          ...{ id: idOf(number), name: `tag-${number % 3}`, layers: `layers-${number % 5}` },
        })),
      );
      await core.context.store.saveScan(
        scanRecord({
          ...{ host, startedAt: morning(index + 1), finishedAt: morning(index + 1) },
          containers: containers.filter((one) => one.host === host).map(observed),
        }),
      );
    }
    const [known] = await store.filesystems.listImages(hosts);
    if (whole === null || known === undefined) continue;
    await store.filesystems.save(known.host, known.layersKey, {
      ...{ triedAt: morning(index + 1), readFrom: whole % 2 ? 'probe' : 'container' },
      inventory: read({ packages: [], programs: [], ownedBySystem: whole, unread: [], cut: null }),
    });
  }
  await store.feeds.replace(
    await feedOfJson(tracker, (reason) => {
      throw new Error(reason);
    }),
  );
  if (!isListed) return;
  const image = { id: idOf(1), digests: [], names: [], layers: [] };
  await store.imageLists.save(
    {
      ...{ format: 'syft', tool: 'syft', toolVersion: '1.2.0', madeAt: null },
      ...{ image, packages: [], refused: [] },
    },
    { imageId: idOf(1), imageName: 'app:1', at: Date.parse(morning(1)), by: 'alice' },
  );
}

const fleetAt = (databaseUrl: string) => ({
  hosts: hosts.map((name) => ({
    ...{ name, url: 'tcp://127.0.0.1:1', isDefault: false, tls: undefined, labels: {} },
    evidence: 'api' as const,
  })),
  databaseUrl,
  policy: defaultPolicy,
});

const ask = async (core: Core, after?: string | null): Promise<ExposureAnswer> => {
  const answer = await runLine(
    {
      ...core.context,
      actor: { id: 'U1', name: 'alice', place: 'terminal' },
      onProgress: () => {},
      now: () => Date.parse(morning(20)),
    },
    {
      ...{ text: 'exposure CVE-2024-13176 on all', access: fullAccess, reference: 'a1b2' },
      paging: after === undefined ? undefined : { after, scans: null },
    },
  );
  if (answer.kind !== 'exposure') throw new Error(JSON.stringify(answer));
  return answer;
};

/** Images that are there, as they were counted when each was read. */
function countOneByOne(spans: readonly ContainerSpan[], images: readonly ImageFilesystem[]) {
  const keyOf = (host: string, id: string) => `${host} ${id}`;
  const there = new Map(
    images.filter(({ isThere }) => isThere).map((one) => [keyOf(one.host, one.id), one]),
  );
  const used = new Map<string, boolean>();
  for (const { host, imageId, to, inventoryId } of spans) {
    if (to !== null || imageId === '') continue;
    const key = keyOf(host, imageId);
    used.set(key, (used.get(key) ?? false) || inventoryId !== null);
  }
  const counts = { total: 0, notInventoried: 0, systemOnly: 0 };
  for (const key of new Set([...there.keys(), ...used.keys()])) {
    counts.total += 1;
    const image = there.get(key);
    if (image && image.filesystemId !== null) continue;
    if ((used.get(key) ?? false) || (image?.inventoryId ?? null) !== null) counts.systemOnly += 1;
    else counts.notInventoried += 1;
  }
  const unused = [...there].filter(([key]) => !used.has(key)).map(([, image]) => image);
  return { counts, unused };
}

const sorted = (groups: readonly SpanGroup[]) =>
  groups
    .map(({ running, stopped, gone, changed, first, ...group }) => [
      ...[groupKey(group), running, stopped, gone, changed, first],
    ])
    .sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));

it('answers a page from counts as from all containers read one by one', async () => {
  const runs = fc.tuple(
    fc.array(aDay, { minLength: 1, maxLength: 4 }),
    fc.boolean(),
    fc.array(aName, { minLength: hosts.length * NUMBERS, maxLength: hosts.length * NUMBERS }),
  );
  await fc.assert(
    fc.asyncProperty(runs, async ([days, isListed, started]) => {
      const database = temporaryDatabase();
      const core = await assembleCore(fleetAt(database.url));
      try {
        await live(core, keepNames(days, started), isListed);
        const { exposures, filesystems, imageLists } = core.store;
        const since = Date.parse(morning(3));
        const spans = await exposures.listSpans({ hosts, since });
        const lists = await imageLists.list();
        const listed = new Map(lists.map((one) => [one.imageId, one]));
        for (const areAllNamed of [true, false]) {
          const groups = await exposures.listGroups({
            ...{ hosts, since, apart: areAllNamed ? 'all' : 'listed' },
          });
          expect(sorted(groups)).toEqual(
            sorted([...groupSpans(spans, { areAllNamed, listed }).values()]),
          );
        }
        await expectFirstGroups(exposures, since);
        const { counts, unused } = countOneByOne(spans, await filesystems.listImages(hosts));
        const images = await exposures.readImages(hosts);
        expect(images.counts).toEqual(counts);
        const known = unused.filter(
          ({ id, filesystemId, inventoryId }) =>
            filesystemId !== null || inventoryId !== null || listed.has(id),
        );
        const names = (images: readonly { host: string; id: string }[]) =>
          images.map(({ host, id }) => `${host} ${id}`).sort();
        expect(names(images.unused)).toEqual(names(known));
        await expectSamePages(core);
      } finally {
        await core.store.close();
        database.remove();
      }
    }),
    { numRuns: 8 },
  );
});

it('tells the times in which a container had something, and whether it is there', async () => {
  const database = temporaryDatabase();
  const core = await assembleCore(fleetAt(database.url));
  try {
    const one = { host: 'web-1', name: 'app:1' as const, release: '12' as const };
    const states = [
      [0, 0],
      [0, 0],
      [1, 0],
      [1, 0],
      [0, null],
      [0, null],
    ] as const;
    const days = states.map(([first, second]) => ({
      ...{ images: [], whole: null },
      containers: [first, second].flatMap((holds, number) =>
        holds === null ? [] : [{ ...one, number, holds, state: 'running' as const }],
      ),
    }));
    await live(core, days, false);
    const { exposures } = core.store;
    const on = (day: number) => Date.parse(morning(day));
    const spans = await exposures.listSpans({ hosts, since: 0 });

    expect(
      spans.map(({ id, from, to, isThere, periods }) => ({ id, from, to, isThere, periods })),
    ).toEqual([
      {
        ...{ id: 'c0', from: on(1), to: null, isThere: true },
        periods: [
          { from: on(1), to: on(3) },
          { from: on(5), to: null },
        ],
      },
      {
        ...{ id: 'c1', from: on(1), to: on(5), isThere: false },
        periods: [{ from: on(1), to: on(5) }],
      },
      {
        ...{ id: 'c0', from: on(3), to: on(5), isThere: true },
        periods: [{ from: on(3), to: on(5) }],
      },
    ]);
    const groups = await exposures.listGroups({ hosts, since: 0, apart: 'none' });
    expect(
      groups.map(({ running, gone, changed }) => `${running} ${gone} ${changed}`).sort(),
    ).toEqual(['0 0 1', '1 1 0']);
  } finally {
    await core.store.close();
    database.remove();
  }
});

it('finds the groups of most containers wherever they are', async () => {
  const database = temporaryDatabase();
  const core = await assembleCore(fleetAt(database.url));
  try {
    const alone = hosts.flatMap((host) =>
      contents.map((_, holds) => ({ host, number: holds, name: 'app:1' as const, holds })),
    );
    const more = [3, 4].map((number) => ({
      host: 'web-3',
      number,
      name: 'app:1' as const,
      holds: 2,
    }));
    const containers = [...alone, ...more].map((one) => {
      return { ...one, release: '12' as const, state: 'running' as const };
    });
    await live(core, [{ containers, images: [], whole: null }], false);
    await expectFirstGroups(core.store.exposures, 0);
  } finally {
    await core.store.close();
    database.remove();
  }
});

const affected = toldOf({ worst: null, state: 'affected-no-fix', packages: [] });

/** The first groups, however few are wanted, and how many there are of each contents. */
async function expectFirstGroups(exposures: ExposureStore, since: number): Promise<void> {
  const place = { hosts, since, apart: 'none' as const };
  const contents = await exposures.countContents(place);
  const inventoryIds = [...new Set(contents.flatMap(({ inventoryId }) => inventoryId ?? []))];
  const all = (await exposures.listGroups({ ...place, inventoryIds })).toSorted(
    (a, b) =>
      b.running + b.stopped - a.running - a.stopped ||
      compareText(a.host, b.host) ||
      compareText(a.image, b.image),
  );
  const known = contents.map((group) => ({ group, ...affected }));
  for (const limit of [1, 2, 3]) {
    const wanted = { after: null, limit };
    const { groups, results } = await groupsOfPage(exposures, known, { place, wanted });
    expect(groups.map(groupKey)).toEqual(expect.arrayContaining(all.slice(0, limit).map(groupKey)));
    expect(results).toBe(all.length);
  }
  for (const { group } of known) {
    const there = group.there.reduce((sum, number) => sum + number, 0);
    expect(there).toBe(group.running + group.stopped);
  }
  const counted = await exposures.countGroups({ ...place, inventoryIds });
  expect(counted.reduce((sum, { groups }) => sum + groups, 0)).toBe(all.length);
}

async function expectSamePages(core: Core): Promise<void> {
  const { results, page: _none, next: _next, ...whole } = await ask(core);
  const told = results.filter(({ state }) => state !== 'not-present');
  const { results: first, page, next: _more, ...others } = await ask(core, null);
  expect(others).toEqual(whole);
  expect(first).toEqual(told.slice(0, 40));
  expect(page?.part).toEqual({ before: 0, total: told.length });
  const question = exposureQuestion(['CVE-2024-13176']);
  const at = Date.parse(morning(20));
  const { facts, place } = await exposureOf(core.context, question, {
    ...{ hosts, since: at - GONE_MS, at, wanted: { after: null, limit: 2 } },
  });
  expect(facts.results).toEqual(told.slice(0, 2));
  expect(place.total).toBe(told.length);
  const [, second] = told;
  if (second === undefined) return;
  const rest = await ask(core, resultOrder(second));
  expect(rest.results).toEqual(told.filter((one) => resultOrder(one) > resultOrder(second)));
}
