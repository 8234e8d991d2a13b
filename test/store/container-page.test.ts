import { containerOrder } from '../../src/inspections/paging.ts';
import type { AsOf } from '../../src/ports/past.ts';
import type { ObservedContainer } from '../../src/ports/scan-record.ts';
import type { StoredContainer } from '../../src/ports/stored.ts';
import type { Store } from '../../src/store/open-store.ts';
import { morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';

/** Names that languages, UTF-16 and bytes put into different orders, or that a query may stumble over. */
const names = ['Zeta', 'alpha', 'Äpfel', 'ﬁ', '😀', 'line\nend', "' or 1=1 --", '%', '_', '[1]'];
const hosts = ['web-1', 'Web-2', 'constructor'];
let store: Store;

const container = (index: number, difference: Partial<ObservedContainer> = {}) => ({
  ...observedContainer(`c${index}`, { name: names[index] ?? 'more' }),
  ...difference,
});
const ordinary = names.map((_name, index) => container(index));
const scan = (host: string, day: number, containers: ObservedContainer[]) =>
  store.scans.saveScan(
    scanRecord({
      ...{ id: `${host} ${day}`, host, startedAt: morning(day), finishedAt: morning(day) },
      containers,
    }),
  );

storeForEach(async (own) => {
  store = own.store;
  for (const host of hosts) await scan(host, 1, ordinary);
});

const inOrder = (found: readonly StoredContainer[]) =>
  found.toSorted((a, b) => {
    const [ones, others] = [a, b].map(({ host, facts }) => [host, facts.name, facts.id]);
    const orders = (ones ?? []).map((one, at) =>
      Buffer.from(one).compare(Buffer.from(others?.[at] ?? '')),
    );
    return orders.find((order) => order !== 0) ?? 0;
  });

interface Asked {
  facets?: string[];
  asOf?: AsOf;
  gone?: { after: number; by: number };
}

async function everyPage(limit: number, { facets = [], ...asked }: Asked = {}) {
  const found: StoredContainer[] = [];
  for (let after: string | null = null; ; ) {
    const page = await store.scans.pageContainers({ hosts, ...asked, facets, after, limit });
    expect(page.before).toBe(found.length);
    found.push(...page.containers);
    const last = page.containers.at(-1);
    if (last === undefined) {
      expect(page.total).toBe(found.length);
      return found;
    }
    after = containerOrder(last);
  }
}

test.each([1, 7, 100])(
  'pages of %i hold every container once, in the order of bytes',
  async (limit) => {
    const all = await store.scans.listContainers({ hosts });

    expect(await everyPage(limit)).toEqual(inOrder(all));
    expect(all).toHaveLength(names.length * hosts.length);
  },
);

test('facets are found as whole words, and what could not be judged is counted apart', async () => {
  await scan('web-1', 2, [
    container(0, { facets: ['root'], unverifiedFacets: [] }),
    container(1, { facets: ['root-like'], unverifiedFacets: ['privileged'] }),
    container(2, { facets: ['root', 'privileged'], unverifiedFacets: [] }),
    container(3, { facets: [], unverifiedFacets: ['root'] }),
    container(4, { facets: ['ROOT'], unverifiedFacets: ['r%t', 'r_ot'] }),
  ]);
  const page = (facets: string[]) =>
    store.scans.pageContainers({ hosts: ['web-1'], facets, after: null, limit: 10 });
  const namesOf = (found: StoredContainer[]) => found.map(({ facts }) => facts.name);

  const root = await page(['root']);
  expect(namesOf(root.containers)).toEqual(['Zeta', 'Äpfel']);
  expect(namesOf(root.unverified.containers)).toEqual(['ﬁ']);
  const both = await page(['root', 'privileged']);
  expect([namesOf(both.containers), both.unverified.total]).toEqual([['Äpfel'], 0]);
  expect((await page(['privileged'])).unverified).toMatchObject({ total: 1 });
  for (const stray of ['r%t', 'r_ot', '"', '\\', "'"]) expect((await page([stray])).total).toBe(0);
});

test('those that run and all others are told apart, also among those that could not be judged', async () => {
  const inState = (index: number, state: string, difference = {}) => ({
    ...observedContainer(`c${index}`, { name: names[index] ?? '', state } as never),
    ...difference,
  });
  await scan('web-1', 2, [
    inState(0, 'running'),
    inState(1, 'paused'),
    inState(2, 'exited'),
    inState(3, 'created', { facets: [], unverifiedFacets: ['privileged'] }),
    inState(4, 'restarting', { facets: [] }),
  ]);
  const page = (isLive: boolean, facets: string[]) =>
    store.scans.pageContainers({ hosts: ['web-1'], facets, isLive, after: null, limit: 10 });
  const namesOf = (found: StoredContainer[]) => found.map(({ facts }) => facts.name);

  expect(namesOf((await page(true, [])).containers)).toEqual(['Zeta', 'alpha', '😀']);
  expect(namesOf((await page(false, [])).containers)).toEqual(['Äpfel', 'ﬁ']);
  const running = await page(true, ['privileged']);
  expect([namesOf(running.containers), running.unverified.total]).toEqual([['Zeta', 'alpha'], 0]);
  const stopped = await page(false, ['privileged']);
  expect([namesOf(stopped.containers), stopped.unverified.total, stopped.total]).toEqual([
    ['Äpfel'],
    1,
    1,
  ]);
});

test('of many that could not be judged few are given, and all are counted', async () => {
  const { total, unverified } = await store.scans.pageContainers({
    ...{ hosts, facets: ['seccomp-off'], after: null, limit: 3 },
  });

  expect(total).toBe(0);
  expect(unverified.total).toBe(names.length * hosts.length);
  expect(unverified.containers.length).toBeLessThan(10);
});

test('a list that was begun goes on in the scans of its first page', async () => {
  const asOf = Object.fromEntries(hosts.map((host) => [host, `${host} 1`]));
  const before = await everyPage(4, { asOf });
  await scan('web-1', 2, ordinary.slice(4));
  await scan('web-1', 3, [container(5, { facets: ['root'] }), container(11)]);
  await scan('constructor', 2, []);

  const key = ({ host, facts }: StoredContainer) => `${host} ${facts.id}`;
  const after = await everyPage(4, { asOf });
  expect(after.map(key)).toEqual(before.map(key));
  expect(after).toEqual(inOrder(await store.scans.listContainers({ hosts, asOf })));
  expect(await everyPage(4)).toEqual(inOrder(await store.scans.listContainers({ hosts })));
  expect(await everyPage(4, { facets: ['privileged'], asOf })).toHaveLength(
    names.length * hosts.length,
  );
});

test.each([1, 4, 100])('pages of %i hold every container that is gone once', async (limit) => {
  const day = (index: number) => Date.parse(morning(index));
  const firsts = Object.fromEntries(hosts.map((host) => [host, `${host} 1`]));
  for (const host of hosts) await scan(host, 2, ordinary.slice(3));
  await scan('web-1', 3, []);
  // One comes back, with other facts.
  await scan('Web-2', 3, [container(0, { facets: ['root'] }), ...ordinary.slice(3)]);
  await scan('Web-2', 4, [container(0), ...ordinary.slice(3)]);
  const found = await store.scans.listContainers({ hosts, includeGone: true });
  const gone = found.filter(({ removedAt }) => removedAt !== null);

  const all = { after: 0, by: day(9) };
  expect(await everyPage(limit, { gone: all })).toEqual(inOrder(gone));
  expect(gone).toHaveLength(names.length + 2 + 3);
  const later = await everyPage(limit, { gone: { after: day(2), by: day(9) } });
  expect(later).toEqual(inOrder(gone.filter(({ removedAt }) => removedAt === morning(3))));
  const earlier = await everyPage(limit, { gone: { after: 0, by: day(2) } });
  expect(earlier).toEqual(inOrder(gone.filter(({ removedAt }) => removedAt === morning(2))));
  // Nothing was gone when the first page was shown.
  expect(await everyPage(limit, { gone: all, asOf: firsts })).toEqual([]);
  const seconds = { ...firsts, 'Web-2': 'Web-2 2' };
  const then = await everyPage(limit, { gone: all, asOf: seconds });
  expect(then.map(({ facts }) => facts.name).sort()).toEqual(names.slice(0, 3).sort());
});

test('the host of a container is found by the beginning of its id', async () => {
  const find = (idPrefix: string) => store.scans.findHostsOfContainer({ hosts, idPrefix });
  await scan('web-1', 2, [observedContainer('abc%1')]);

  expect(await find('abc')).toEqual(['web-1']);
  expect(await find('%')).toEqual([]);
  expect((await find('c1')).sort()).toEqual(['Web-2', 'constructor']);
});
