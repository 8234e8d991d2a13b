import pg from 'pg';
import { openMessages, type ScanMessages } from '../../../src/queue/messages.ts';
import { pause } from '../../../src/timers/pause.ts';
import { type PostgresDatabase, postgresServer } from '../../support/postgres-server.ts';
import { throwUnlessSilent } from '../../support/queue-errors.ts';
import { until } from '../../support/until.ts';

let database: PostgresDatabase;
let sender: ScanMessages;
let worker: ScanMessages;
const opened: ScanMessages[] = [];

beforeEach(async () => {
  database = postgresServer().create();
  sender = await connect(false);
  worker = await connect(true);
});
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

async function connect(isWorker: boolean): Promise<ScanMessages> {
  const messages = await openMessages({ url: database.url, isWorker, onError: throwUnlessSilent });
  opened.push(messages);
  return messages;
}
const ids = (count: number) => Array.from({ length: count }, (_none, index) => index + 1);

test('a slot looks for the next job once one has ended, also where jobs come in one statement', async () => {
  const done = new Set<number>();
  await worker.work(2, async (id) => {
    await pause(20);
    done.add(id);
  });
  // Nobody hears of more while these are done.
  await Promise.all(ids(60).map((id) => sender.send(id, 'self')));

  const begun = performance.now();
  await until(() => done.size === 60);
  // With a pause of two seconds after each, 58.
  expect(performance.now() - begun).toBeLessThan(30_000);
  await worker.drain();
});

test('a statement that hangs fails in time, and a person does not wait behind it', async () => {
  const heard: number[] = [];
  await worker.work(1, async (id) => {
    heard.push(id);
  });
  // Whoever inserts the same key waits until it is known whether this one stays.
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await other.query(
    `begin; insert into seawall_queue.job_common (name, data, singleton_key, policy, priority)
     values ('scan', '{"id":1}', '1-self', 'short', 0)`,
  );
  const hanging = sender.send(1, 'self').catch((error: unknown) => error);
  const waiting = `select count(*) from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`;
  await until(() => database.run(waiting) === '1');

  await sender.send(2, 'person');
  await until(() => heard.includes(2));
  expect(await hanging).toMatchObject({
    code: 'store-failed',
    detail: 'the queue: no answer in 5 s',
  });
  await sender.send(3, 'self');
  await until(() => heard.includes(3));
  await other.query('rollback');
  await until(() => heard.includes(1));
  await other.end();
  await worker.drain();
});
