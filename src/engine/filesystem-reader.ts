import { addAbortSignal } from 'node:stream';
import pLimit, { type LimitFunction } from 'p-limit';
import type { FilesystemInventory } from '../inventory/filesystem-inventory.ts';
import { readFilesystem } from '../inventory/read-filesystem.ts';
import type {
  AskedFilesystem,
  FilesystemReader,
  ReadFilesystem,
} from '../ports/filesystem-reader.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Reading } from '../shared/reading.ts';
import type { PackageInventory } from '../snapshot/facts/packages.ts';
import { entriesOrEmpty, field } from '../snapshot/foreign.ts';
import { openContainerFiles } from '../snapshot/packages/container-files.ts';
import { createInventoryReader } from '../snapshot/packages/inventory-reader.ts';
import { createPackageMemory } from '../snapshot/packages/package-memory.ts';
import {
  exportCalls,
  exportProbeCalls,
  systemCalls,
  systemProbeCalls,
} from '../snapshot/power-calls.ts';
import { exportLabel } from '../snapshot/probe-container.ts';
import { requireGood } from './answer-status.ts';
import { createTrafficOf } from './engine-traffic.ts';
import { limits } from './limits.ts';
import { type EngineConnection, openConnection } from './open-connection.ts';
import { negotiationEndpoints, type OpenEngine, openEngine } from './open-engine.ts';
import { bodyOfProbe, removeOldProbes, withProbe } from './probe-calls.ts';
import { inspectImage } from './probe-image.ts';
import { type EngineOptions, type HostConnection, hostCalled } from './snapshot-taker.ts';
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
    const host = hostCalled(options.hosts, name);
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
  return withProbe(connection, exportProbeRequest(imageId, volumes), async (id) => {
    await removeOldProbes(connection, id);
    const readInventory = createInventoryReader(engine.endpoint.url, createPackageMemory());
    const { inventory } = await readInventory(openContainerFiles(engine, id, volumes), imageId);
    return inventory;
  });
}

/**
 * What the whole file system of an image holds. With `mayCreate` through a container that is made for it,
 * never started, and removed whatever happens; else through the one that is given. Rejects with `OutsideError`.
 */
async function exportFilesystem(
  connection: EngineConnection,
  { imageId, containerId }: AskedFilesystem,
  mayCreate: boolean,
): Promise<ReadFilesystem> {
  if (!mayCreate) {
    if (containerId === null) {
      const detail = 'no container of the image exists, through which it could be read';
      throw new OutsideError('would-change-host', detail);
    }
    return { readFrom: 'container', inventory: await exported(connection, containerId) };
  }
  const body = exportProbeRequest(imageId, await volumesOf(connection, imageId));
  return withProbe(connection, body, async (id) => {
    await removeOldProbes(connection, id);
    return { readFrom: 'probe', inventory: await exported(connection, id) };
  });
}

/**
 * Body of `POST /containers/create` for a container that never runs, whose file system is that of the
 * image. Memory stands where the image declares volumes: the engine would copy what lies there into one.
 */
export const exportProbeRequest = (imageId: string, volumes: readonly string[]) =>
  // The engine refuses an image without a command; none of this name is to be found.
  bodyOfProbe(
    { Image: imageId, Cmd: ['x'], Labels: { [exportLabel]: '1' } },
    { Tmpfs: Object.fromEntries(volumes.map((path) => [path, ''])) },
  );

/** Where an image declares volumes. Rejects with `OutsideError`. */
async function volumesOf(connection: EngineConnection, imageId: string): Promise<string[]> {
  const volumes = field(await inspectImage(connection, imageId), 'Config', 'Volumes');
  return entriesOrEmpty(volumes).map(([path]) => path);
}

/** The engine sends the file system as it is merged, without what is mounted into it. */
function exported({ askWithin }: EngineConnection, id: string): Promise<FilesystemInventory> {
  const path = `/containers/${id}/export`;
  return askWithin(limits.exportMs)({ method: 'GET', path }, async (response, signal) => {
    await requireGood(response, 'GET /containers/{id}/export', signal);
    addAbortSignal(signal, response);
    return readFilesystem(response);
  });
}
