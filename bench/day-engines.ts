// The engines of `bench/day-of-fleet.ts`, in a process of their own so that their memory is not counted.
// Talks to its parent: `hour` lets each engine live through one, `truth` tells what happened.
import { type EventEngine, openEventEngine } from '../test/support/event-engine.ts';

export interface Truth {
  /** What ran, by its name, and when it was created (epoch milliseconds). */
  ran: Record<string, number>;
  /** When the engine was restarted. */
  restarts: number[];
}

const HOSTS = Number(process.argv[2] ?? 300);
/** Of so many hosts one is restarted in an hour, and one loses its connection. */
const RESTART_EVERY = 100;
const CUT_EVERY = 10;

const engines: { engine: EventEngine; truth: Truth }[] = [];
for (let index = 0; index < HOSTS; index += 1) {
  engines.push({ engine: await openEventEngine(), truth: { ran: {}, restarts: [] } });
}

function live(hour: number, index: number): void {
  const one = engines[index];
  if (one === undefined) return;
  const { engine, truth } = one;
  const kind = (hour * 7 + index) % RESTART_EVERY;
  const name = `job-${index}-${hour}`;
  if (kind === 0) {
    truth.restarts.push(Date.now());
    engine.restart();
  } else if (kind % CUT_EVERY === 5) engine.cut();
  truth.ran[name] = Date.now();
  engine.run(name);
  // Pulls and the like push what happened out of the engine's memory, as elsewhere.
  for (let noise = 0; noise < 20; noise += 1) engine.emit('pull', 'image', { type: 'image' });
}

process.on('message', (message: { hour: number; spreadMs: number } | 'truth' | 'end') => {
  if (message === 'truth') process.send?.({ truth: engines.map(({ truth }) => truth) });
  else if (message === 'end') void Promise.all(engines.map(({ engine }) => engine.close()));
  else {
    const { hour, spreadMs } = message;
    for (let index = 0; index < HOSTS; index += 1) {
      setTimeout(live, (index * spreadMs) / HOSTS, hour, index);
    }
    setTimeout(() => process.send?.({ hour }), spreadMs);
  }
});
process.send?.({ urls: engines.map(({ engine }) => engine.url) });
