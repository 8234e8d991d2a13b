import { type KernelDoorOptions, openKernelDoor } from '../../src/engine/kernel-door.ts';
import { createProbeTurn } from '../../src/engine/probe-turn.ts';
import { type ProcPath, procCalls } from '../../src/snapshot/collector.ts';
import { frame } from './attached.ts';
import { useEngines } from './engine-door.ts';
import {
  fakeBusybox,
  type KernelEngineOptions,
  kernelEngine,
  ownContainer,
  ownImage,
} from './kernel-engine.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** A file that these engines print, and how they do. */
export const path: ProcPath = { pid: 42, file: 'status' };
export const printed = frame(1, '/proc/42/status:Name:\tsleep\n');
/** The calls that leave nothing behind. */
export const clean = [`DELETE /containers/${ownContainer}`, `DELETE /images/${ownImage}`];

/** Opens doors of the level `kernel` with a program of their own, and closes them after each test. */
export function useKernelDoors() {
  const { serve, closeLater, patient } = useEngines();
  const folder = makeTemporaryFolder();
  const program = fakeBusybox(folder);

  async function door(url: string, options: Partial<KernelDoorOptions> = {}) {
    const { busybox } = await program;
    const allowedEndpoints = procCalls;
    const turn = createProbeTurn();
    const clock = () => 0;
    const { callTimeoutMs } = patient;
    const times = { startMs: callTimeoutMs, runMs: callTimeoutMs };
    const usual = { url, allowedEndpoints, clock, turn, busybox, times, ...patient };
    return closeLater(openKernelDoor({ ...usual, ...options }));
  }

  return {
    serve,
    door,
    /** Hash of the image that the program makes. */
    layer: async () => (await program).layer,
    /** An engine that takes and runs the probe but for what is told, and a door to it. */
    async open(
      options: Partial<KernelEngineOptions> = {},
      routes: Record<string, unknown> = {},
      doorOptions: Partial<KernelDoorOptions> = {},
    ) {
      const { layer } = await program;
      const simulated = kernelEngine({ layer, output: printed, ...options });
      const engine = await serve({ routes: { ...simulated.routes, ...routes } });
      return { engine, created: simulated.created, door: await door(engine.url, doorOptions) };
    },
  };
}
