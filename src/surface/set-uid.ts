import { type Reading, read } from '../shared/reading.ts';
import type { PerContainer } from '../snapshot/facts/per-container.ts';
import type { SetUidFiles } from '../snapshot/facts/set-uid.ts';
import { filesOfImage } from '../snapshot/files-of-image.ts';
import { isSetUidRoot } from '../snapshot/normalise/privileged-file.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { SetUidCount } from './container-surface.ts';

/** What each container of a snapshot finds in its image, or why that is not known. */
export function setUidOf(snapshot: Snapshot): Reading<PerContainer<SetUidCount>> {
  const { containers, setUid } = snapshot;
  if (containers.state === 'unread') return containers;
  return read(
    containers.value.read.map(({ id, imageId }) => {
      const files = setUid.state === 'read' ? filesOfImage(setUid.value, imageId) : setUid;
      return {
        containerId: id,
        facts: files.state === 'read' ? read(summary(files.value)) : files,
      };
    }),
  );
}

const summary = ({ files, unsearched }: SetUidFiles): SetUidCount => ({
  count: files.length,
  rootCount: files.filter(isSetUidRoot).length,
  isWhole: unsearched.length === 0,
});
