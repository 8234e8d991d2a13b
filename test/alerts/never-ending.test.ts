import { read } from '../../src/shared/reading.ts';
import { currentFinding, observedContainer } from '../support/scan-records.ts';
import { openToldChannel, type ToldChannel } from '../support/told-channel.ts';

// What ends although no event and no scan says so.

const MINUTE_MS = 60_000;
const down = {
  engine: null,
  containers: null,
  unreadSections: [{ section: 'engine' as const, reason: 'connect ECONNREFUSED' }],
};
let told: ToldChannel;
beforeEach(async () => {
  told = await openToldChannel();
  await told.scan();
  await told.lookNow();
});
afterEach(() => told.close());

const open = () =>
  told.database.values<string>('select title from alert where resolved_at is null order by id');

describe('a host that leaves the settings', () => {
  beforeEach(async () => {
    await told.scan({ findings: [currentFinding()] });
    await told.lookNow();
    await told.scan({ ...down });
    told.clock.now += 2 * MINUTE_MS;
    await told.lookNow();
    expect(open()).toHaveLength(1);
  });

  const leave = async () => {
    await told.lookNow({ hosts: ['web-2'] });
    told.clock.now += 10 * MINUTE_MS;
    await told.lookNow({ hosts: ['web-2'] });
  };

  test('ends what is open on it, and offers no line about it', async () => {
    await leave();

    expect(open()).toEqual([]);
    expect(told.message(2)).toContain('Resolved: web-1 cannot be read');
    expect(told.message(2)).toContain('the host left the settings');
    expect(told.message(2)).not.toContain('scan on web-1');
  });

  test('and comes back is told of anew', async () => {
    await leave();
    await told.scan();
    await told.lookNow();
    await told.scan({ findings: [currentFinding({ subjectKey: 'late' })] });
    await told.lookNow();

    expect(open()).toEqual(['late on web-1 late runs privileged']);
  });

  test('only by the settings of one process, for as long as those are new, keeps what is open', async () => {
    const other = new Map();
    for (let minute = 0; minute < 9; minute += 1) {
      await told.lookNow({ hosts: ['web-2'], teller: other });
      told.clock.now += MINUTE_MS;
      await told.lookNow();
    }
    await told.lookNow({ teller: other });
    told.clock.now += 9 * MINUTE_MS;
    await told.lookNow({ hosts: ['web-2'], teller: other });

    expect(open()).toHaveLength(1);
  });

  test('is left from its own alert on, not from one before', async () => {
    const other = new Map();
    await told.lookNow({ hosts: ['web-2'], teller: other });
    await told.scan();
    await told.lookNow();
    expect(open()).toEqual([]);
    await told.lookNow({ hosts: ['web-2'], teller: other });
    told.clock.now += 24 * 60 * MINUTE_MS;
    await told.scan({ findings: [currentFinding({ subjectKey: 'late' })] });
    await told.lookNow();
    await told.lookNow({ hosts: ['web-2'], teller: other });

    expect(open()).toEqual(['late on web-1 late runs privileged']);
  });

  test('while another stays ends nothing there', async () => {
    await told.lookNow({ hosts: ['web-1', 'web-2'] });

    expect(open()).toHaveLength(1);
  });
});

describe('a container that only the list of containers misses', () => {
  const debug = observedContainer('a1', { name: 'debug' });
  beforeEach(async () => {
    await told.see('created', 'a1', { name: 'debug', observed: read(debug) });
    await told.lookNow();
    expect(open()).toHaveLength(1);
  });

  test('ends what its start was', async () => {
    await told.see('missing', 'a1');
    await told.lookNow();

    expect(open()).toEqual([]);
    expect(told.message(1)).toContain('the container is gone');
  });

  test('does not, while another of its name is like it', async () => {
    await told.see('created', 'a2', {
      name: 'debug',
      observed: read({ ...debug, facts: { ...debug.facts, id: 'a2' } }),
    });
    await told.see('missing', 'a1');
    await told.lookNow();

    expect(open()).toHaveLength(1);
  });

  test('ends it too where another of its name has no such power', async () => {
    const mild = observedContainer('a2', { name: 'debug', isPrivileged: false });
    await told.see('missing', 'a1');
    await told.see('created', 'a2', { name: 'debug', observed: read({ ...mild, facets: [] }) });
    await told.lookNow();

    expect(open()).toEqual([]);
  });

  test('ends another image behind a tag', async () => {
    const of = (id: string, imageId: string) => ({
      ...observedContainer(id, { name: 'web', imageReference: 'web:1', imageId }),
      facets: [],
    });
    await told.scan({ containers: [of('b1', 'sha256:aaaa')] });
    await told.scan({ containers: [of('b2', 'sha256:bbbb')] });
    await told.lookNow({ severity: 'low' });
    expect(open()).toContain('web on web-1 runs another image under the same tag web:1');

    await told.see('missing', 'b2');
    await told.lookNow({ severity: 'low' });
    expect(open()).toEqual([]);
  });
});
