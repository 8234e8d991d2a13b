import { type JobInsert, PgBoss } from 'pg-boss';
import type { ScanAsker } from '../ports/scan-queue.ts';
import { connectionText } from '../shared/connection-text.ts';
import { OutsideError } from '../shared/errors.ts';
import { gathering } from '../shared/gathering.ts';
import { within } from '../timers/pause.ts';

// The library hands out who does which job next. What a job is, and whether it was done, is a row of ours: a
// message that comes twice, or late, or never, changes nothing but the time.

/** The library's tables have a schema of their own. */
const SCHEMA = 'seawall_queue';
/** PostgreSQL's code for a schema that is not there. */
const NO_SCHEMA = '3F000';
const MAKE_SCHEMA = `Let the user of DATABASE_URL create schemas in its database, or make it there: create schema ${SCHEMA} authorization <user>. See docs/fleet.md.`;
const QUEUE = 'scan';
/** Higher ones first. */
const PRIORITY: Readonly<Record<ScanAsker, number>> = { person: 20, digest: 10, self: 0 };
/** Longer than any job takes. */
const EXPIRE_SECONDS = 60 * 60;
/** The least that the library takes. */
const HEARTBEAT_SECONDS = 10;
const SUPERVISE_SECONDS = 5;
/** For what is not announced, as what comes again is. */
const POLL_SECONDS = 2;
const POLLING = {
  pollingIntervalSeconds: POLL_SECONDS,
  notifyPollingIntervalSeconds: POLL_SECONDS,
};
const KEEP_SECONDS = 60 * 60;
/** Of a fleet that is scanned each would be a statement and a commit. */
const SENT_AT_ONCE = 250;
/** A person waits for no slot of those that nobody waits for. */
const PERSON_SLOTS = 2;
/** The library has no time limit: behind a statement that hangs every other would wait. */
const INSERT_MS = 5_000;
const NO_RIGHT = '42501';

export interface ScanMessages {
  /**
   * Tells the workers of a job; one that they were told of and have not heard yet is not told again. Rejects with
   * `OutsideError` 'store-failed', also where the database does not answer in time.
   */
  send(id: number, asker: ScanAsker): Promise<void>;
  /**
   * Hands jobs to `handle` from now on, so many at once and a few more for persons. One that rejects comes
   * again, here or elsewhere.
   */
  work(slots: number, handle: (id: number) => Promise<void>): Promise<void>;
  /** Takes no more. Settles once those that were handed have ended. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects with the queue of a PostgreSQL, and makes it first where it is not there. Rejects with `OutsideError`
 * 'store-failed'. `isWorker`: it listens, and looks after what others left.
 */
export async function openMessages(options: {
  url: string;
  isWorker: boolean;
  onError: (error: Error) => void;
}): Promise<ScanMessages> {
  const boss = await start(options).catch((error: unknown) => {
    throw toOutside(error);
  });
  const insert = async (jobs: readonly JobInsert<{ id: number }>[]): Promise<void> => {
    const inserting = boss.insert(QUEUE, [...jobs]).then(() => true);
    const isDone = await within(INSERT_MS, inserting).catch((error: unknown) => {
      throw toOutside(error);
    });
    if (isDone === null) throw toOutside(new Error(`no answer in ${INSERT_MS / 1000} s`));
  };
  const sendForPerson = gathering(SENT_AT_ONCE, insert);
  const sendForOthers = gathering(SENT_AT_ONCE, insert);
  return {
    send(id, asker) {
      // Of a person's job workers hear before those of a fleet that is scanned.
      const send = asker === 'person' ? sendForPerson : sendForOthers;
      return send({ data: { id }, singletonKey: `${id}-${asker}`, priority: PRIORITY[asker] });
    },
    async work(slots, handle) {
      const openSlot = async (limits: { minPriority?: number }) => {
        const slot: Promise<string> = boss.work<{ id: number }>(
          QUEUE,
          { ...POLLING, ...limits },
          async ([job]) => {
            if (job !== undefined) await handle(job.data.id);
            // More may wait that nobody is told of: the library tells once of all that a statement brought.
            boss.notifyWorker(await slot);
          },
        );
        await slot;
      };
      for (let opened = 0; opened < slots; opened += 1) await openSlot({});
      for (let opened = 0; opened < PERSON_SLOTS; opened += 1) {
        await openSlot({ minPriority: PRIORITY.person });
      }
    },
    drain: () => boss.offWork(QUEUE, { wait: true }),
    close: () => boss.stop({ graceful: false }),
  };
}

async function start(
  options: Parameters<typeof openMessages>[0],
  createSchema = true,
): Promise<PgBoss> {
  const { url, isWorker, onError } = options;
  const boss = new PgBoss({
    ...{ connectionString: connectionText(url), schema: SCHEMA, application_name: 'seawall queue' },
    ...{ max: isWorker ? 4 : 2, createSchema },
    ...{ supervise: isWorker, useListenNotify: isWorker, schedule: false },
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    ...{ registerInstance: false, openTelemetry: { enabled: false } },
  });
  // Unheard it would end the process.
  boss.on('error', (told) => onError(asError(told)));
  try {
    await boss.start();
    await boss.createQueue(QUEUE, {
      policy: 'short',
      notify: true,
      ...{ retryLimit: 3, retryDelay: 1, expireInSeconds: EXPIRE_SECONDS },
      ...{ heartbeatSeconds: HEARTBEAT_SECONDS, deleteAfterSeconds: KEEP_SECONDS },
      retentionSeconds: KEEP_SECONDS,
    });
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false });
    // The schema may be there, made by who has the right.
    if (createSchema && codeOf(error) === NO_RIGHT) return start(options, false);
    throw error;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** The library tells of a failure of its workers as a copy, which is none of its kind. */
const asError = (told: Error | { message: string }): Error =>
  told instanceof Error ? told : Object.assign(new Error(told.message), told);

function toOutside(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const text = `the queue: ${[codeOf(error), error.message].filter(Boolean).join(': ')}`;
  const remedy = codeOf(error) === NO_SCHEMA ? MAKE_SCHEMA : null;
  return new OutsideError('store-failed', text, { isRetryable: true, remedy, cause: error });
}
