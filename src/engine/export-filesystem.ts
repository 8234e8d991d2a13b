import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import type { FilesystemInventory } from '../inventory/filesystem-inventory.ts';
import { readFilesystem } from '../inventory/read-filesystem.ts';
import type { AskedFilesystem, ReadFilesystem } from '../ports/filesystem-reader.ts';
import { OutsideError } from '../shared/errors.ts';
import { entriesOrEmpty, field, isAbsent } from '../snapshot/foreign.ts';
import { exportLabel, probeLabel } from '../snapshot/probe-container.ts';
import { requireGood } from './answer-status.ts';
import { limits } from './limits.ts';
import type { EngineConnection } from './open-connection.ts';
import { createProbe, newProbeName, removeOldProbes, removeProbe } from './probe-calls.ts';
import { inspectImage } from './probe-image.ts';

/**
 * What the whole file system of an image holds. With `mayCreate` through a container that is made for it,
 * never started, and removed whatever happens; else through the one that is given. Rejects with `OutsideError`.
 */
export async function exportFilesystem(
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
  const id = await createProbe(connection, newProbeName(), body);
  try {
    await removeOldProbes(connection, id);
    return { readFrom: 'probe', inventory: await exported(connection, id) };
  } finally {
    await removeProbe(connection, id);
  }
}

/**
 * Body of `POST /containers/create` for a container that never runs, whose file system is that of the
 * image. Memory stands where the image declares volumes: the engine would copy what lies there into one.
 */
export const exportProbeRequest = (imageId: string, volumes: readonly string[]) => ({
  Image: imageId,
  // The engine refuses an image without a command; none of this name is to be found.
  Cmd: ['x'],
  User: '65534:65534',
  NetworkDisabled: true,
  Labels: { [probeLabel]: '1', [exportLabel]: '1' },
  HostConfig: {
    NetworkMode: 'none',
    IpcMode: 'none',
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    LogConfig: { Type: 'none' },
    Tmpfs: Object.fromEntries(volumes.map((path) => [path, ''])),
  },
});

/** Where an image declares volumes. Rejects with `OutsideError`. */
export async function volumesOf(connection: EngineConnection, imageId: string): Promise<string[]> {
  const volumes = field(await inspectImage(connection, imageId), 'Config', 'Volumes');
  return isAbsent(volumes) ? [] : entriesOrEmpty(volumes).map(([path]) => path);
}

/** The engine sends the file system as it is merged, without what is mounted into it. */
function exported({ askWithin }: EngineConnection, id: string): Promise<FilesystemInventory> {
  const path = `/containers/${id}/export`;
  return askWithin(limits.exportMs)({ method: 'GET', path }, (response, signal) =>
    readExport(response, signal),
  );
}

async function readExport(
  response: IncomingMessage,
  signal: AbortSignal,
): Promise<FilesystemInventory> {
  await requireGood(response, 'GET /containers/{id}/export', signal);
  addAbortSignal(signal, response);
  return readFilesystem(response);
}
