import pLimit, { type LimitFunction } from 'p-limit';
import type {
  AskedFilesystem,
  FilesystemReader,
  ReadFilesystem,
} from '../ports/filesystem-reader.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Reading } from '../shared/reading.ts';
import {
  exportCalls,
  exportProbeCalls,
  systemCalls,
  systemProbeCalls,
} from '../snapshot/export-calls.ts';
import type { PackageInventory } from '../snapshot/facts/packages.ts';
import { openContainerFiles } from '../snapshot/packages/container-files.ts';
import { createInventoryReader } from '../snapshot/packages/inventory-reader.ts';
import { createPackageMemory } from '../snapshot/packages/package-memory.ts';
import { createTrafficOf } from './engine-traffic.ts';
import { exportFilesystem, exportProbeRequest, volumesOf } from './export-filesystem.ts';
import { type EngineConnection, openConnection } from './open-connection.ts';
import { negotiationEndpoints, type OpenEngine, openEngine } from './open-engine.ts';
import { createProbe, newProbeName, removeOldProbes, removeProbe } from './probe-calls.ts';
import type { EngineOptions, HostConnection } from './snapshot-taker.ts';
import { createSshConnections } from './ssh-connections.ts';

const mayCreateOn = ({ evidence = 'api' }: HostConnection): boolean => evidence !== 'api';

/**
 * Reads whole file systems, each over a connection of its own that can make the calls for it and no
 * others. A host that was not given rejects.
 */
export function createFilesystemReader(
  options: Omit<EngineOptions, 'callTimeoutMs'>,
): FilesystemReader {
  const { trafficOf = createTrafficOf(), sshConfigFile } = options;
  // By url: two names may mean one engine, whose disk they would share.
  const turns = new Map<string, LimitFunction>();
  const sshConnections = createSshConnections();
  const running = new Map<string, Promise<ReadFilesystem>>();

  const optionsOf = (host: HostConnection) => ({
    ...host,
    callTimeoutMs: host.callSeconds === undefined ? undefined : host.callSeconds * 1000,
    lane: trafficOf(host.url).probing,
    sshConfigFile,
    sshConnections,
  });

  async function readOne(host: HostConnection, asked: AskedFilesystem): Promise<ReadFilesystem> {
    const mayCreate = mayCreateOn(host);
    const calls = mayCreate ? exportProbeCalls : exportCalls;
    const connection = openConnection({
      ...optionsOf(host),
      allowedEndpoints: [...calls, ...negotiationEndpoints],
    });
    try {
      return await exportFilesystem(connection, asked, mayCreate);
    } finally {
      connection.close();
    }
  }

  async function readSystemOf(host: HostConnection, imageId: string) {
    if (!mayCreateOn(host)) {
      throw new OutsideError('would-change-host', 'reading an image without a container makes one');
    }
    const options = optionsOf(host);
    const connection = openConnection({
      ...options,
      allowedEndpoints: [...systemProbeCalls, ...negotiationEndpoints],
    });
    const engine = openEngine({
      ...options,
      allowedEndpoints: [...systemCalls, ...negotiationEndpoints],
    });
    try {
      return await readSystem(connection, engine, imageId);
    } finally {
      engine.close();
      connection.close();
    }
  }

  function known(name: string): { host: HostConnection; turn: LimitFunction } {
    const host = options.hosts.find((one) => one.name === name);
    if (!host) throw new Error(`There is no host ${JSON.stringify(name)} to read`);
    const turn = turns.get(host.url) ?? pLimit(1);
    turns.set(host.url, turn);
    return { host, turn };
  }

  return {
    async readSystem(name, imageId) {
      const { host, turn } = known(name);
      return turn(() => readSystemOf(host, imageId));
    },
    async readFilesystem(name, asked) {
      const { host, turn } = known(name);
      const key = JSON.stringify([name, asked.imageId]);
      const begun = running.get(key);
      if (begun) return begun;
      const reading = turn(() => readOne(host, asked)).finally(() => running.delete(key));
      running.set(key, reading);
      return reading;
    },
  };
}

/**
 * What the package manager of an image’s system installed, through a container that is made for it, never
 * started, and removed whatever happens; a few named files are read. Rejects with `OutsideError`.
 */
async function readSystem(
  connection: EngineConnection,
  engine: OpenEngine,
  imageId: string,
): Promise<Reading<PackageInventory>> {
  const volumes = await volumesOf(connection, imageId);
  const id = await createProbe(connection, newProbeName(), exportProbeRequest(imageId, volumes));
  try {
    await removeOldProbes(connection, id);
    const readInventory = createInventoryReader(engine.endpoint.url, createPackageMemory());
    const { inventory } = await readInventory(openContainerFiles(engine, id, volumes), imageId);
    return inventory;
  } finally {
    await removeProbe(connection, id);
  }
}
