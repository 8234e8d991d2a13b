import { look } from '../../src/alerts/open-alerts.ts';
import type { AlertNews, AlertStore, CursorMove } from '../../src/ports/alert-store.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import type { AlertCursor } from '../../src/ports/host-news.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { createAlertsStore } from '../../src/store/alerts.ts';
import type { OpenDatabase, Work } from '../../src/store/database.ts';
import type { Store } from '../../src/store/open-store.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { alertSignal, cursorOf } from '../support/alert-signal.ts';
import { currentFinding, observedContainer, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

// A look reads many hosts at once, and moves the cursors of those together of which there is nothing to say.

const channel = 'C0SECURIT';
const hosts = Array.from({ length: 40 }, (_, index) => `web-${index + 1}`);
const start = Date.parse('2026-01-01T06:00:00.000Z');

let database: TemporaryDatabase;
let store: Store;
let now: number;
beforeEach(async () => {
  now = start;
  database = temporaryDatabase();
  store = await database.open(() => now);
});
afterEach(async () => {
  await store.close();
  database.remove();
});

/** Stores a scan of a host that has these containers. */
async function scan(host: string, ...names: string[]): Promise<void> {
  const at = new Date(now).toISOString();
  const containers = names.map((name) => observedContainer(`${name}-${host}`, { name }));
  await store.scans.saveScan(scanRecord({ host, startedAt: at, finishedAt: at, containers }));
}

/** Looks at hosts as the process does, over a database that is counted. */
const lookOver = (open: OpenDatabase, names: readonly string[]) =>
  look(
    {
      context: {
        hosts: hosts.map((name) => ({ name, labels: {} }) as unknown as HostDeclaration),
        channels: [
          { id: channel, hosts: null, digest: null, alerts: { severity: 'high', perHour: 20 } },
        ],
        ...{ rules: [], now: () => now, owners: null },
      },
      ...{ alerts: createAlertsStore(open), isInGroup: async () => false, log: silentLogger },
      outbox: { put: (messages) => store.outbox.put(messages, now) },
      render: async (document) => slackReply(document),
    },
    { isMeant: (host) => names.includes(host) },
  );

const noCounts = () => ({
  ...{ statements: 0, transactions: 0, texts: new Set<string>() },
  /** Rows of events with all that they tell, and the most rows of one statement. */
  ...{ details: 0, most: 0 },
});

test('looks at other hosts run statements of the same texts, which are kept', async () => {
  const open = await database.openDatabase(() => now);
  const textsOf = async (name: string) => {
    const counted = noCounts();
    now += 60_000;
    await scan(name, 'b');
    await lookOver(counting(open, counted), [name]);
    return counted.texts;
  };
  try {
    for (const host of hosts) await scan(host, 'a');
    await lookOver(open, hosts);
    const first = await textsOf('web-7');

    expect([...first].some((text) => text.includes('update alert_cursor'))).toBe(true);
    expect(await textsOf('web-31')).toEqual(first);
  } finally {
    await open.close();
  }
});

test('a look at forty changed hosts takes hardly more statements than one at one', async () => {
  const open = await database.openDatabase(() => now);
  const lookAt = async (names: readonly string[]) => {
    const counted = noCounts();
    await lookOver(counting(open, counted), names);
    return counted;
  };
  const replace = async (names: readonly string[], name: string) => {
    now += 60_000;
    for (const host of names) await scan(host, name);
  };
  try {
    for (const host of hosts) await scan(host, 'a');
    await lookAt(hosts);
    await replace(hosts.slice(0, 1), 'b');
    const ofOne = await lookAt(hosts.slice(0, 1));
    await replace(hosts, 'c');
    const ofMany = await lookAt(hosts);

    expect(ofMany.transactions).toBe(ofOne.transactions);
    expect(ofMany.statements).toBeLessThan(ofOne.statements + 10);
    const { to: last } = await newestMove('web-40');
    expect(database.values('select max(id) from container')).toEqual([last.containerRow]);
  } finally {
    await open.close();
  }
});

function counting(
  { read, write, single, ...others }: OpenDatabase,
  counted: ReturnType<typeof noCounts>,
): OpenDatabase {
  const through =
    (run: OpenDatabase['read']) =>
    <T>(work: Work<T>): Promise<T> => {
      counted.transactions += 1;
      return run((db) =>
        work(
          db.withPlugin({
            transformQuery({ node, queryId }) {
              counted.statements += 1;
              const { sql: text, parameters } = db.getExecutor().compileQuery(node, queryId);
              if (parameters.length > 0) counted.texts.add(text);
              return node;
            },
            async transformResult({ result }) {
              const { rows } = result;
              counted.most = Math.max(counted.most, rows.length);
              counted.details += rows.filter((row) => 'detail_json' in row).length;
              return result;
            },
          }),
        ),
      );
    };
  return { ...others, read: through(read), write: through(write), single: through(single) };
}

const nothing: AlertNews = {
  ...{ signals: [], updates: [], ends: [], acceptances: [] },
  told: { kinds: [], before: 0, why: '' },
};

/** Where the channel stands with a host, and where it would stand after the newest news. */
async function newestMove(host: string): Promise<CursorMove> {
  const from = await cursorOf(store.alerts, channel, host, now);
  const [news] = await store.alerts.readNews(channel, new Map([[host, from]]), now);
  return { host, from, to: news?.cursor ?? from };
}

describe('where much is new', () => {
  const addEvents = (host: string, count: number, kind = 'started', id = 'a') =>
    database.run(`with recursive number(n) as (select 1 union all select n + 1 from number where n < ${count})
      insert into container_event (host_id, container_id, at, time_nano, kind, detail_json)
      select host.id, '${id}', ${start} + n, ${start} + n, '${kind}', '{}' from host, number
      where host.name = '${host}'`);
  const eventOf = (host: string, place: number) =>
    database.values<number>(`select container_event.id from container_event
      join host on host.id = host_id where host.name = '${host}' order by 1`)[place - 1];

  test('as many hosts are read as fit, each as if it were alone, and none is passed over', async () => {
    const names = ['web-1', 'web-2', 'web-3', 'web-4', 'unknown'];
    for (const host of names.slice(0, 4)) await scan(host, 'a');
    let cursors = await store.alerts.findCursors(channel, names, now);
    addEvents('web-2', 1_500);
    addEvents('web-3', 1_500);
    addEvents('web-4', 2_500);
    const rounds: string[][] = [];
    const found = new Map<string, AlertCursor>();
    while (cursors.size > 0) {
      const news = await store.alerts.readNews(channel, cursors, now);
      for (const { host, cursor } of news) found.set(host, cursor);
      rounds.push(news.map(({ host }) => host));
      cursors = new Map([...cursors].filter(([host]) => !found.has(host)));
    }

    expect(rounds).toEqual([['web-1', 'web-2', 'unknown'], ['web-3'], ['web-4']]);
    expect(names.map((host) => found.get(host)?.event)).toEqual([
      ...[0, eventOf('web-2', 1_500), eventOf('web-3', 1_500), eventOf('web-4', 2_000), 0],
    ]);
    const next = new Map([['web-4', found.get('web-4') as AlertCursor]]);
    const [rest] = await store.alerts.readNews(channel, next, now);
    expect(rest?.cursor.event).toBe(eventOf('web-4', 2_500));
  });

  test('each row is read once, however many rounds it takes, and none reads many more than fit', async () => {
    const names = hosts.slice(0, 6);
    for (const host of names) await scan(host, 'a');
    let cursors = await store.alerts.findCursors(channel, names, now);
    for (const host of names) addEvents(host, 1_500);
    const open = await database.openDatabase(() => now);
    const counted = noCounts();
    const alerts = createAlertsStore(counting(open, counted));
    let rounds = 0;
    for (; cursors.size > 0; rounds += 1) {
      const news = await alerts.readNews(channel, cursors, now);
      const found = new Set(news.map(({ host }) => host));
      cursors = new Map([...cursors].filter(([host]) => !found.has(host)));
    }
    await open.close();

    expect(rounds).toBe(6);
    expect(counted.details).toBe(6 * 1_500);
    expect(counted.most).toBeLessThanOrEqual(2_001);
  });

  test('no more hosts are read than what exists on them may be held', async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => `c${index}`);
    await scan('web-1', ...many);
    await scan('web-2', ...many);
    await scan('web-3', 'a');
    const cursors = await store.alerts.findCursors(channel, ['web-2', 'web-1', 'web-3'], now);
    const news = await store.alerts.readNews(channel, cursors, now);

    expect(news.map(({ host }) => host)).toEqual(['web-1']);
  });

  const hostsOfRounds = async () => {
    const rounds: string[][] = [];
    let cursors = await store.alerts.findCursors(channel, ['web-1', 'web-2'], now);
    for (; cursors.size > 0; ) {
      const news = await store.alerts.readNews(channel, cursors, now);
      rounds.push(news.map(({ host }) => host));
      const found = new Set(rounds.flat());
      cursors = new Map([...cursors].filter(([host]) => !found.has(host)));
    }
    return rounds;
  };

  test('no more hosts are read than what changed of their findings may be held', async () => {
    for (const host of ['web-1', 'web-2']) await scan(host, 'a');
    await store.alerts.findCursors(channel, ['web-1', 'web-2'], now);
    now += 60_000;
    const findings = Array.from({ length: 1_001 }, (_, index) =>
      currentFinding({ fingerprint: `f${index}` }),
    );
    const at = new Date(now).toISOString();
    for (const host of ['web-1', 'web-2']) {
      await store.scans.saveScan(scanRecord({ host, startedAt: at, finishedAt: at, findings }));
    }

    expect(await hostsOfRounds()).toEqual([['web-1'], ['web-2']]);
  });

  test('the first end of a command is found among those of a container that restarts often', async () => {
    await scan('web-1', 'a');
    addEvents('web-1', 1_500, 'ended', 'a-web-1');
    const exec = JSON.stringify({ exec: { state: 'read', value: {} } });
    database.run(`insert into container_event (host_id, container_id, at, time_nano, kind, detail_json)
      select id, 'a-web-1', ${start} + 1200, ${start} + 1200, 'exec', '${exec}' from host`);
    const from = await cursorOf(store.alerts, channel, 'web-1', now);
    const key = 'exec:web-1:a';
    const signal = alertSignal({ key, kind: 'stronger-exec', host: 'web-1', at: start });
    const place = { channel, host: 'web-1', from, to: from };
    await store.alerts.apply(place, { ...nothing, signals: [signal] }, { perHour: 20 }, now);
    const [news] = await store.alerts.readNews(channel, new Map([['web-1', from]]), now);

    expect(news?.tracedExecs.map(({ end }) => end)).toEqual([
      { at: start + 1_200, why: 'the container stopped' },
    ]);
  });

  test('no more hosts are read than commands are traced at once', async () => {
    for (const host of ['web-1', 'web-2']) {
      await scan(host, 'a');
      addEvents(host, 1_500, 'exec');
      const from = await cursorOf(store.alerts, channel, host, now);
      const signal = alertSignal({ key: `exec:${host}:a`, kind: 'stronger-exec', host, at: start });
      const place = { channel, host, from, to: from };
      const told = { ...nothing, signals: [signal] };
      await store.alerts.apply(place, told, { perHour: 20 }, now);
    }

    expect(await hostsOfRounds()).toEqual([['web-1'], ['web-2']]);
  });
});

describe('of hosts', () => {
  const limits = { perHour: 20 };
  const pass = (...looks: Parameters<AlertStore['pass']>[1]) =>
    store.alerts.pass(channel, looks, limits, now);
  const moved = async (host: string, difference: Partial<AlertCursor> = {}) => {
    const from = await cursorOf(store.alerts, channel, host, now);
    return { host, from, to: { ...from, event: from.event + 1, ...difference }, news: nothing };
  };
  const isAt = async ({ host, to }: CursorMove) =>
    expect(await cursorOf(store.alerts, channel, host, now)).toEqual(to);

  test('those are passed whose news change no alert, and the others stay where they are', async () => {
    const key = 'finding:web-2:x';
    const raised = await moved('web-2');
    const signal = alertSignal({ key, host: 'web-2', at: now });
    const told = { ...nothing, signals: [signal] };
    expect(await pass({ ...raised, news: told })).toEqual(new Set(['web-2']));
    await store.alerts.apply({ channel, ...raised }, told, limits, now);

    const end = { key, at: now, why: 'it is gone' };
    const looks = [
      { ...(await moved('web-1')), news: { ...nothing, ends: [{ ...end, key: 'other' }] } },
      { ...(await moved('web-2')), news: { ...nothing, ends: [end] } },
      await moved('web-3'),
    ] as const;
    expect(await pass(...looks)).toEqual(new Set(['web-2']));
    await isAt(looks[0]);
    await isAt({ ...looks[1], to: looks[1].from });
    await isAt(looks[2]);

    const over = { kinds: ['finding' as const], before: now + 1, why: 'it was told' };
    const told2 = { ...looks[1], news: { ...nothing, told: over } };
    expect(await pass(told2)).toEqual(new Set(['web-2']));
  });

  test('one is not passed that another process looked at meanwhile', async () => {
    const looks = [await moved('web-1'), await moved('web-2')] as const;
    const other = { ...looks[1], to: { ...looks[1].to, event: 7 } };
    await pass(other);
    await pass(...looks);

    await isAt(looks[0]);
    await isAt(other);
  });

  test('those that begin at once begin as the first of two processes said', async () => {
    const few = hosts.slice(0, 3);
    now = start + 1;
    // What was scanned by then is not set back by the process whose clock is behind, which may read what the other began.
    for (const host of few) await scan(host, 'a');
    const second = await database.open(() => now);
    const begun = await Promise.all([
      store.alerts.findCursors(channel, few, start),
      second.alerts.findCursors(channel, few, start + 1),
    ]);
    await second.close();

    expect([...begun[0]]).toEqual([...begun[1]]);
    expect([...begun[0].keys()]).toEqual(few);
  });
});
