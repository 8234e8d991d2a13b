import type { Clock } from '../ports/clock.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { FilesystemReader } from '../ports/filesystem-reader.ts';
import type { ImageStore } from '../ports/image-store.ts';
import { OutsideError } from '../shared/errors.ts';
import { unread } from '../shared/reading.ts';
import { isoTime } from '../shared/time.ts';

export interface SystemParts {
  images: Pick<ImageStore, 'listWithoutSystem' | 'saveSystem'>;
  filesystemReader: FilesystemReader;
  now: Clock;
}

/** So many with one scan, and none is begun after this time: the next scans go on. */
const IMAGES_MAX = 30;
const TIME_MS = 20_000;
/** What could not be read is tried again after this time. */
const RETRY_AFTER_MS = 6 * 60 * 60_000;

/**
 * Reads what package managers installed in images of a host that have no container, through one that is made and
 * never started, where the host’s level allows that: those that nobody tried first, and the newest of these.
 * Why one could not be read is kept with it. A database that fails ends it, and so does `signal`.
 */
export async function inventorySystems(
  parts: SystemParts,
  host: HostDeclaration,
  signal?: AbortSignal,
): Promise<void> {
  const { images, filesystemReader, now } = parts;
  if (host.evidence === 'api') return;
  const begunAt = now();
  try {
    const triedBefore = begunAt - RETRY_AFTER_MS;
    const asked = { host: host.name, triedBefore, limit: IMAGES_MAX };
    for (const id of await images.listWithoutSystem(asked)) {
      if (signal?.aborted || now() - begunAt >= TIME_MS) return;
      const triedAt = isoTime(now());
      const inventory = await filesystemReader.readSystem(host.name, id).catch((error: unknown) => {
        if (!(error instanceof OutsideError)) throw error;
        return unread<never>(error.message);
      });
      await images.saveSystem(host.name, id, { triedAt, inventory });
    }
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
  }
}
