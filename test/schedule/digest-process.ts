import type { ChannelDeclaration } from '../../src/answers/digest-schedules.ts';
import { createTick } from '../../src/schedule/tick.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { openStore } from '../../src/store/open-store.ts';
import { digestParts } from '../support/digest-parts.ts';
import { openSqliteOutbox } from '../support/sqlite-outbox.ts';

// A process of Seawall as far as digests go: the real store and the real tick. Its clock, and what
// goes wrong, come from the test that started it.

/** What goes wrong at one call to the store or the outbox, before or after the call did its work. */
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

export type Report = 'ready' | 'ticked' | 'crashed';

const [path = '', channelsJson = '[]'] = process.argv.slice(2);
const channels = JSON.parse(channelsJson) as ChannelDeclaration[];
let clock = 0;
const now = () => clock;
const store = await openStore({ url: `sqlite:${path}`, now });
const outbox = openSqliteOutbox(path);
const report = (what: Report) => process.send?.(what);
const never = () => new Promise<never>(() => {});

let fault: Fault | null = null;
let tick = live();

/** One life of a process: once it hung nothing of it moves any more. */
function live() {
  const { promise: crash, resolve: onCrash } = Promise.withResolvers<'crashed'>();
  let isDead = false;
  const die = () => {
    isDead = true;
    onCrash('crashed');
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
  const parts = digestParts({
    store: {
      scans: faulty(store.scans),
      acceptances: faulty(store.acceptances),
      digests: faulty(store.digests),
      audit: store.audit,
      slack: store.slack,
    },
    outbox: faulty({ put: outbox.put }),
    now,
    channels,
  });
  const run = createTick(parts);
  return () => Promise.race([run().catch(() => undefined), crash]);
}

async function obey(order: Order): Promise<void> {
  clock = order.now;
  fault = order.fault;
  const result = await tick();
  if (result === 'crashed') tick = live();
  report(result === 'crashed' ? 'crashed' : 'ticked');
}

process.on('message', (order: Order) => void obey(order));
process.on('disconnect', () => process.exit());
report('ready');
