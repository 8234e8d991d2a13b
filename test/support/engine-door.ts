import { type OpenEngineOptions, openEngine } from '../../src/engine/open-engine.ts';
import { createParserPool } from '../../src/engine/parser-pool.ts';
import type { Endpoint } from '../../src/snapshot/collector.ts';
import { type FaultEngine, type FaultEngineOptions, openFaultEngine } from './fault-engine.ts';

/** The calls that readers of these tests may make. */
export const allowedEndpoints: Endpoint[] = [
  'GET /info',
  'GET /containers/json',
  'GET /containers/{id}/json',
  'GET /containers/{id}/archive',
  'HEAD /containers/{id}/archive',
];

/** A slow machine, or one that stands still, is no engine that does not answer, and nothing that takes too much. */
const PATIENT_MS = 600_000;

/** Opens engines and readers, and closes them after each test, last one first. */
export function useEngines() {
  const opened: { close(): unknown }[] = [];
  // Each thread takes a moment to start.
  const parsers = createParserPool({ timeoutMs: PATIENT_MS });
  const patient = { parsers, callTimeoutMs: PATIENT_MS };
  afterAll(() => parsers.close());
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });
  const closeLater = <T extends { close(): unknown }>(one: T): T => {
    opened.push(one);
    return one;
  };
  return {
    /** What whoever reads these engines works with. */
    patient,
    closeLater,
    serve: async (options: FaultEngineOptions = {}): Promise<FaultEngine> =>
      closeLater(await openFaultEngine(options)),
    reader: (url: string, options: Partial<OpenEngineOptions> = {}) =>
      closeLater(openEngine({ url, allowedEndpoints, ...patient, ...options })),
  };
}

/** Waits for something that happens by itself; the test's own time limit ends it. */
export async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
