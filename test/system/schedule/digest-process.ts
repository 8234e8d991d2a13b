import { randomUUID } from 'node:crypto';
import { globalAgent } from 'node:http';
import { flushCompileCache } from 'node:module';
import type { OutboxSender } from '../../../src/chat/outbox.ts';
import type { ChannelDeclaration } from '../../../src/ports/declarations.ts';
import { createTick } from '../../../src/schedule/open-schedule.ts';
import { OutsideError } from '../../../src/shared/errors.ts';
import { openStore, type Store } from '../../../src/store/open-store.ts';
import { digestParts } from '../../support/digest-parts.ts';
import { openSender } from '../../support/outbox-rig.ts';

// A process of Seawall as far as digests go: the real store, tick and outbox. Its clock, and what goes
// wrong, come from the test that started it.

/** What goes wrong at one call to the store, before or after the call did its work. */
export interface Fault {
  /** Calls from now on. */
  atCall: number;
  how: 'throws' | 'hangs' | 'kill -9';
  isAfter: boolean;
}

export interface Order {
  now: number;
  fault: Fault | null;
}

/** Where it works from now on. */
export interface Place {
  url: string;
  apiUrl: string;
  botToken: string;
}

export type Report = 'ready' | 'ticked' | 'crashed';

/** The outbox is left alone as soon as it has nothing more to do, and at the latest after so long. */
const SETTLE_MAX_MS = 150;
const LOOK_EVERY_MS = 4;
/** Looks after which rows that stay wait for a lease or for Slack. */
const IDLE_LOOKS = 5;

const channels = JSON.parse(process.argv[2] ?? '[]') as ChannelDeclaration[];
let clock = 0;
const now = () => clock;
const report = (what: Report) => process.send?.(what);
const never = () => new Promise<never>(() => {});

let fault: Fault | null = null;
let here: { place: Place; store: Store; life: ReturnType<typeof live> } | null = null;

/** One life of a process: once it hung nothing of it moves any more. */
function live(store: Store, { apiUrl, botToken }: Place) {
  const { promise: crash, resolve: onCrash } = Promise.withResolvers<'crashed'>();
  let isDead = false;
  const die = () => {
    isDead = true;
    onCrash('crashed');
    void sender?.close();
    return never();
  };
  const goWrong = (how: Fault['how']) => {
    if (how === 'kill -9') process.kill(process.pid, 'SIGKILL');
    if (how === 'throws') throw new OutsideError('store-failed', 'by the test');
    return die();
  };
  const faulty = <T extends object>(target: T): T =>
    new Proxy(target, {
      get:
        (_target, name) =>
        async (...given: unknown[]) => {
          if (isDead) return never();
          const isNow = fault !== null && --fault.atCall === 0;
          const wrong = isNow ? fault : null;
          if (wrong !== null && !wrong.isAfter) await goWrong(wrong.how);
          const result = await (Reflect.get(target, name) as (...all: unknown[]) => unknown)(
            ...given,
          );
          if (wrong?.isAfter) await goWrong(wrong.how);
          return isDead ? never() : result;
        },
    });
  const rows = faulty(store.outbox);
  // By the clock of the days that are lived here.
  const timings = { outboxLeaseMs: 5_000 };
  const open = () =>
    openSender({ store: rows, apiUrl, botToken, owner: randomUUID(), now, timings });
  let sender: OutboxSender | undefined;
  const parts = digestParts({
    store: {
      ...store,
      scans: faulty(store.scans),
      acceptances: faulty(store.acceptances),
      digests: faulty(store.digests),
    },
    outbox: { put: async (messages) => sender?.put(messages) },
    now,
    channels,
  });
  const tick = createTick(parts);
  return {
    crash,
    async run(): Promise<'ticked'> {
      // Time jumps between ticks, and a call that is on its way then would be taken for lost.
      sender = open();
      await tick().catch(() => undefined);
      await settle(store);
      await sender.close();
      return 'ticked';
    },
  };
}

/** Waits until the outbox is empty, or until nothing in it moves any more. */
async function settle(store: Store): Promise<void> {
  const end = Date.now() + SETTLE_MAX_MS;
  let before = -1;
  for (let idle = 0; idle < IDLE_LOOKS && Date.now() < end; ) {
    const { pending } = await store.outbox.backlog();
    if (pending === 0) return;
    idle = pending === before ? idle + 1 : 0;
    before = pending;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** What a life that hangs was about to ask of Slack, as a network would carry it on. */
async function untilNothingIsAsked(): Promise<void> {
  for (let quiet = 0; quiet < IDLE_LOOKS; ) {
    quiet = Object.values(globalAgent.sockets).flat().length === 0 ? quiet + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function obey(order: Order): Promise<void> {
  if (here === null) throw new Error('it has no place yet');
  clock = order.now;
  fault = order.fault;
  const result = await Promise.race([here.life.run(), here.life.crash]);
  fault = null;
  if (result === 'crashed') {
    await untilNothingIsAsked();
    here.life = live(here.store, here.place);
  }
  report(result);
}

async function moveTo(place: Place): Promise<void> {
  await here?.store.close();
  const store = await openStore({ url: place.url, now });
  here = { place, store, life: live(store, place) };
  report('ready');
}

process.on('message', (said: Order | Place) => void ('url' in said ? moveTo(said) : obey(said)));
process.on('disconnect', () => process.exit());
// Node would keep what it compiled at the end of this process, which is killed.
flushCompileCache();
report('ready');
