import { type Reading, read } from '../shared/reading.ts';
import type { SetUidFiles } from '../snapshot/facts/set-uid.ts';
import { filesOfImage } from '../snapshot/files-of-image.ts';
import { isSetUidRoot, privilegeLine } from '../snapshot/normalise/privileged-file.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Files of a container's image that make their process something that their user is not. */
export interface SetUidSurface {
  containerId: string;
  files: Reading<{
    count: number;
    /** How many of them make root. */
    rootCount: number;
    /** One line for each, see `privilegeLine`, sorted by path. */
    lines: string[];
    /** False when a part of the image was not seen: there may be more. */
    isWhole: boolean;
  }>;
}

/** What each container of a snapshot finds in its image, or why that is not known. */
export function setUidOf(snapshot: Snapshot): Reading<SetUidSurface[]> {
  const { containers, setUid } = snapshot;
  if (containers.state === 'unread') return containers;
  return read(
    containers.value.read.map(({ id, imageId }) => {
      const files = setUid.state === 'read' ? filesOfImage(setUid.value, imageId) : setUid;
      return {
        containerId: id,
        files: files.state === 'read' ? read(summary(files.value)) : files,
      };
    }),
  );
}

const summary = ({ files, unsearched }: SetUidFiles) => ({
  count: files.length,
  rootCount: files.filter(isSetUidRoot).length,
  lines: files.map(privilegeLine),
  isWhole: unsearched.length === 0,
});
