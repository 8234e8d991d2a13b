// Stands for the program of a parser that goes wrong in every way that one can.
import { serialize } from 'node:v8';
import { serveParent } from '../../src/shared/bare-process.ts';

const kept: unknown[] = [];

const works: Readonly<Record<string, (input: unknown) => unknown>> = {
  echo: (input) => input,
  hang: () => {
    for (;;);
  },
  /** The same to whoever waits for it, and leaves the processor to others. */
  stall: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  fill: () => {
    for (;;) kept.push(Array.from({ length: 1000 }, (_, index) => `${index} ${kept.length}`));
  },
  /** The same in one step, between whose parts nobody can end a thread. */
  burst: () => JSON.parse(`[${'[],'.repeat(5_000_000)}1]`).length,
  deep: () => {
    const nest = (level: number): unknown => [nest(level + 1)];
    return nest(0);
  },
  exit: () => process.exit(3),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  throw: () => {
    setImmediate(() => {
      throw new Error('planted');
    });
    return undefined;
  },
};

const say = serveParent(({ format, input }: { format: string; input: unknown }) => {
  try {
    const value = works[format]?.(input);
    if (format !== 'throw') say({ kind: 'value', value: serialize(value) });
  } catch (error) {
    say({ kind: 'bug', message: String(error) });
  }
});
say({ kind: 'ready' });
