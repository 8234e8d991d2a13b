// Stands for the program of a parser thread that goes wrong in every way that one can.
import { serialize } from 'node:v8';
import { parentPort } from 'node:worker_threads';

const kept: unknown[] = [];

const works: Readonly<Record<string, (input: unknown) => unknown>> = {
  echo: (input) => input,
  length: (input) => (input as Uint8Array).length,
  hang: () => {
    for (;;);
  },
  /** The same to whoever waits for it, and leaves the processor to others. */
  stall: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  fill: () => {
    for (;;) kept.push(Array.from({ length: 1000 }, (_, index) => `${index} ${kept.length}`));
  },
  deep: () => {
    const nest = (level: number): unknown => [nest(level + 1)];
    return nest(0);
  },
  exit: () => process.exit(3),
  throw: () => {
    setImmediate(() => {
      throw new Error('planted');
    });
    return undefined;
  },
};

parentPort?.on('message', ({ format, input }: { format: string; input: unknown }) => {
  try {
    const value = works[format]?.(input);
    if (format === 'throw') return;
    parentPort?.postMessage({ kind: 'value', value: new Uint8Array(serialize(value)) });
  } catch (error) {
    parentPort?.postMessage({ kind: 'bug', message: String(error) });
  }
});
parentPort?.postMessage({ kind: 'ready' });
