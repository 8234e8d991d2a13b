import { read, unread } from '../../shared/reading.ts';
import { hostFileRead, hostFileStat } from '../../snapshot/evidence.ts';
import type { DeclaredPlace } from '../../snapshot/facts/host-files.ts';
import { defineRule, type ExampleHost, fail, pass, unknown } from '../rule.ts';

const path = '/var/lib/docker';

export const dataRootOwnFilesystem = defineRule({
  id: 'data-root-own-filesystem',
  title: 'Data root lies on its own filesystem',
  subject: 'host',
  severity: 'low',
  pillar: 'engine',
  controls: ['cis-1.6:1.1.1', 'cis-1.8:1.1.1'],
  rationale:
    'Images, logs and volumes grow. On the filesystem of `/` they take the space that the host needs.',
  remediation:
    'Mount a filesystem of its own at the data root, with an entry in /etc/fstab, or move `data-root` in daemon.json to one.',
  fix: { words: 'Give the data root of {} a filesystem of its own' },
  isOfDocker: true,
  needs: ['hostFiles', 'engine'],
  judge(_, { hostFiles, engine }) {
    const { path: dataRoot, isOnRootFilesystem: onRoot, declaredMount } = hostFiles.dataRoot;
    if (onRoot.state === 'unread') return unknown(onRoot.reason);

    const evidence = [hostFileStat(`${dataRoot} seen through the mount of /`, onRoot.value)];
    if (onRoot.value) return fail(`keeps ${dataRoot} on the filesystem of /`, evidence);
    const mountPoint = declaredMount?.mountPoint ?? null;
    evidence.push(hostFileRead('/etc/fstab (mount point)', mountPoint));
    if (declaredMount?.isOfRoot) {
      return fail(
        `keeps ${dataRoot} on a part of the filesystem of /, mounted at ${mountPoint}`,
        evidence,
      );
    }
    if (declaredMount === null || declaredMount.isBind) {
      const reason = `${dataRoot} is a mount of its own, but it may be a folder of the same filesystem (a bind); compare stat -c %d ${dataRoot} and stat -c %d /`;
      return unknown(reason, evidence);
    }
    const kept = `keeps ${dataRoot} on the filesystem mounted at ${mountPoint}`;
    if (engine.hasImagesElsewhere) {
      const reason = `${kept}, and images and what containers write where containerd keeps its data, which the engine does not tell; compare stat -c %d /var/lib/containerd and stat -c %d /`;
      return unknown(reason, evidence);
    }
    return pass(kept, evidence);
  },
  examples: {
    pass: [
      dataRootOn(false, { mountPoint: path, isBind: false }),
      dataRootOn(false, { mountPoint: '/var', isBind: false }),
    ],
    // Also where the engine has bind-mounted its own data root onto itself.
    fail: [
      dataRootOn(true, null),
      dataRootOn(true, { mountPoint: path, isBind: true }),
      // A subvolume.
      dataRootOn(false, { mountPoint: '/var', isBind: false, isOfRoot: true }),
    ],
    unknown: [
      {
        ...dataRootOn(false, { mountPoint: path, isBind: false }),
        engine: { hasImagesElsewhere: true },
      },
      dataRootOn(false, null),
      dataRootOn(false, { mountPoint: path, isBind: true }),
      {
        hostFiles: {
          dataRoot: { path, isOnRootFilesystem: unread('did not answer'), declaredMount: null },
        },
      },
    ],
  },
});

function dataRootOn(isOnRoot: boolean, declaredMount: DeclaredPlace | null): ExampleHost {
  return { hostFiles: { dataRoot: { path, isOnRootFilesystem: read(isOnRoot), declaredMount } } };
}
