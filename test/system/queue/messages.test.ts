import { openMessages, type ScanMessages } from '../../../src/queue/messages.ts';
import { pause } from '../../../src/timers/pause.ts';
import { type PostgresDatabase, postgresServer } from '../../support/postgres-server.ts';
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
  const onError = (error: Error) => {
    throw error;
  };
  const messages = await openMessages({ url: database.url, isWorker, onError });
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
  await Promise.all(ids(20).map((id) => sender.send(id, 'self')));

  const begun = performance.now();
  await until(() => done.size === 20);
  // With a pause of two seconds after each, 18.
  expect(performance.now() - begun).toBeLessThan(6_000);
  await worker.drain();
});
