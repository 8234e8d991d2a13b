// Edges of `bench/edge.ts`, many in one process: each is the real one with a key folder of its own.
import { join } from 'node:path';
import { runEdge } from '../src/edge/run-edge.ts';
import { silentLogger } from '../src/shared/logger.ts';

interface Begin {
  folder: string;
  edges: { name: string; oneTimeKey: string; dockerHost: string }[];
}

process.on('message', ({ folder, edges }: Begin) => {
  for (const { name, oneTimeKey, dockerHost } of edges) {
    void runEdge({
      ...{ oneTimeKey, dockerHost, folder: join(folder, name), version: '0.1.0' },
      ...{ proxy: undefined, noProxy: undefined, log: silentLogger },
      signal: new AbortController().signal,
    });
  }
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
