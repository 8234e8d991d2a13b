import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { Store } from '../../src/store/open-store.ts';
import { morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let store: Store;

storeForEach((own) => {
  ({ place, store } = own);
});

const web = observedContainer('a1');
const scanOnDay = (day: number, difference: Partial<ScanRecord>) =>
  store.scans.saveScan(scanRecord({ startedAt: morning(day), ...difference }));
const containers = (includeGone = false) =>
  store.scans.listContainers({ hosts: ['web-1'], includeGone });
const intervals = () =>
  place.rows('select state, opened_at as opened, closed_at as closed from container order by id');

describe('a container over several scans', () => {
  it('comes back as it was seen', async () => {
    await scanOnDay(0, { containers: [web] });
    await scanOnDay(1, { containers: [web] });

    expect(await containers()).toEqual([
      { ...web, host: 'web-1', firstSeen: morning(0), lastSeen: morning(1), removedAt: null },
    ]);
    expect(intervals()).toHaveLength(1);
  });

  it('gets a new interval when a fact changed, and keeps the day it was first seen', async () => {
    const stopped = observedContainer('a1', { state: 'exited' });
    await scanOnDay(0, { containers: [web] });
    await scanOnDay(1, { containers: [stopped] });

    expect(await containers(true)).toEqual([
      { ...stopped, host: 'web-1', firstSeen: morning(0), lastSeen: morning(1), removedAt: null },
    ]);
    expect(intervals()).toEqual([
      { state: 'running', opened: Date.parse(morning(0)), closed: Date.parse(morning(1)) },
      { state: 'exited', opened: Date.parse(morning(1)), closed: null },
    ]);
  });

  it('gets a new interval when only a facet changed', async () => {
    await scanOnDay(0, { containers: [web] });
    await scanOnDay(1, { containers: [{ ...web, facets: [] }] });

    expect(await containers()).toMatchObject([{ facets: [] }]);
    expect(intervals()).toHaveLength(2);
  });

  it('is told only on request once it is gone', async () => {
    await scanOnDay(0, { containers: [web] });
    await scanOnDay(1, { containers: [web] });
    await scanOnDay(2, { containers: [] });

    expect(await containers()).toEqual([]);
    expect(await containers(true)).toMatchObject([
      { ...web, firstSeen: morning(0), lastSeen: morning(1), removedAt: morning(2) },
    ]);
  });

  it('is told on request only when it was found gone after a time', async () => {
    const since = Date.parse(morning(1));
    const list = () => store.scans.listGone({ hosts: ['web-1'], since });
    await scanOnDay(0, { containers: [web, observedContainer('b2')] });
    await scanOnDay(1, { containers: [web] });
    expect(await list()).toEqual([]);

    await scanOnDay(2, { containers: [] });
    expect(await list()).toMatchObject([{ facts: { id: 'a1' }, removedAt: morning(2) }]);

    await scanOnDay(3, { containers: [web] });
    expect(await list()).toEqual([]);
  });

  it('stands there once when it comes back under its id', async () => {
    await scanOnDay(0, { containers: [web] });
    await scanOnDay(1, { containers: [] });
    await scanOnDay(2, { containers: [web] });

    expect(await containers(true)).toMatchObject([{ firstSeen: morning(2), removedAt: null }]);
  });

  it('stays as it was while the list is unread', async () => {
    await scanOnDay(0, { containers: [web] });
    await scanOnDay(1, { containers: null });

    expect(await containers()).toMatchObject([{ lastSeen: morning(0), removedAt: null }]);
  });

  it('is not gone while its own facts are unread', async () => {
    await scanOnDay(0, { containers: [web, observedContainer('b2')] });
    await scanOnDay(1, { containers: [], unreadContainerIds: ['a1'] });

    expect(await containers()).toMatchObject([{ facts: { id: 'a1' }, removedAt: null }]);
  });

  it('is another one on another host', async () => {
    await scanOnDay(0, { containers: [web] });
    await scanOnDay(1, { host: 'web-2', containers: [web] });
    await scanOnDay(2, { host: 'web-2', containers: [] });

    expect(await containers()).toHaveLength(1);
    expect(await store.scans.listContainers({ hosts: ['web-1', 'web-2'] })).toHaveLength(1);
  });

  it.each([`'; --`, '[1,2]', '{"a":1}', 'before\0after', '🐳', 'x'.repeat(10_000)])(
    'keeps the hostile name %#',
    async (name) => {
      const hostile = observedContainer('a1', { name, imageReference: name, executable: name });
      await scanOnDay(0, { containers: [hostile] });

      expect(await containers()).toMatchObject([hostile]);
    },
  );
});
