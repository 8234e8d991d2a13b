import type { Clock } from '../ports/clock.ts';
import { procCalls } from '../snapshot/collector.ts';
import type { OpenWatchDoor } from '../snapshot/event-source.ts';
import { watchCalls } from '../snapshot/watch-calls.ts';
import { createTrafficOf } from './engine-traffic.ts';
import { hash, openEventSource } from './event-stream.ts';
import { openKernelDoor } from './kernel-door.ts';
import { limits } from './limits.ts';
import { openEngine } from './open-engine.ts';
import { createProbeTurn } from './probe-turn.ts';
import type { EngineOptions } from './snapshot-taker.ts';
import { createSshConnections } from './ssh-connections.ts';

export interface WatchDoorOptions extends EngineOptions {
  clock: Clock;
  /** Of all labels this one is kept; null for none. */
  ownerLabel: string | null;
}

/**
 * Opens doors for the watcher, with connections apart from those of scans but within the same share of
 * the engine. At the level `kernel` the images of our own probes are told from others.
 */
export function createWatchDoors(options: WatchDoorOptions): OpenWatchDoor {
  const { trafficOf = createTrafficOf() } = options;
  const sshConnections = createSshConnections();
  return (name) => {
    const host = options.hosts.find((one) => one.name === name);
    if (!host) throw new Error(`There is no host ${JSON.stringify(name)} to watch`);
    const { callTimeoutMs = limits.callTimeoutMs, clock, ownerLabel, sshConfigFile } = options;
    const { watching: lane, ofWatch: allowance } = trafficOf(host.url);
    const common = { ...host, callTimeoutMs, sshConfigFile, sshConnections, lane, allowance };
    const events = openEventSource({ ...common, ownerLabel, allowedEndpoints: watchCalls.reads });
    const reader = openEngine({
      ...common,
      allowedEndpoints: watchCalls.reads,
      concurrentCalls: limits.concurrentLooks,
    });
    const kernelDoor =
      host.evidence === 'kernel'
        ? openKernelDoor({
            ...common,
            allowedEndpoints: procCalls,
            clock,
            turn: createProbeTurn(clock),
          })
        : undefined;
    return {
      events,
      reader: {
        ...reader,
        get endpoint() {
          return reader.endpoint;
        },
        probeImages: kernelDoor?.probeImages,
      },
      hash,
      close() {
        for (const opened of [events, reader]) opened.close();
        // It runs no probe, so there is no image to wait for.
        void kernelDoor?.close();
      },
    };
  };
}
