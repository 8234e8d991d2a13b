// Fails on purpose, for `test/system/failure-message.test.ts`; its name keeps it out of every other run.
import type { RealEngine } from '../support/real-engine.ts';
import { workerEngine } from '../support/worker-engine.ts';

let engine: RealEngine;
beforeAll(async () => {
  engine = await workerEngine();
  process.stdout.write(`folder: ${engine.folder}\n`);
  throw new Error('before all of them');
});
afterAll(() => {
  throw new Error('after all of them');
});

it('never runs', () => {});
