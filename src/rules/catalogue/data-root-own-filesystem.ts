import { read, unread } from '../../shared/reading.ts';
import { type Evidence, hostFileRead, hostFileStat, kernelTable } from '../../snapshot/evidence.ts';
import type { EngineFacts } from '../../snapshot/facts/engine.ts';
import type { DeclaredPlace } from '../../snapshot/facts/host-files.ts';
import type { HostMount } from '../../snapshot/facts/host-processes.ts';
import { isWithin } from '../../snapshot/normalise/host-path.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineRule, type ExampleHost, fail, type Judgement, pass, unknown } from '../rule.ts';

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
  consults: ['hostProcesses'],
  judge(_, { hostFiles, engine, hostProcesses }) {
    const { path: dataRoot, isOnRootFilesystem: onRoot, declaredMount } = hostFiles.dataRoot;
    const measured = mountAround(dataRoot, hostProcesses);
    if (measured !== null) return byTable(dataRoot, measured, engine);
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
    if (declaredMount?.mayBeOfRoot) {
      const reason = `/etc/fstab names the disk of ${mountPoint} otherwise than that of /, and both may be one filesystem; compare stat -c %d ${dataRoot} and stat -c %d /`;
      return unknown(reason, evidence);
    }
    if (declaredMount === null || declaredMount.isBind) {
      const reason = `${dataRoot} is a mount of its own, but it may be a folder of the same filesystem (a bind); compare stat -c %d ${dataRoot} and stat -c %d /`;
      return unknown(reason, evidence);
    }
    return kept(`keeps ${dataRoot} on the filesystem mounted at ${mountPoint}`, engine, evidence);
  },
  examples: {
    pass: [
      dataRootOn(false, { mountPoint: path, isBind: false }),
      dataRootOn(false, { mountPoint: '/var', isBind: false }),
      // Bound from a disk of its own, which the table of mounts shows.
      {
        ...dataRootOn(false, { mountPoint: path, isBind: true }),
        hostMounts: [onHost('/', '8:1'), onHost(path, '8:2')],
      },
    ],
    // Also where the engine has bind-mounted its own data root onto itself.
    fail: [
      dataRootOn(true, null),
      dataRootOn(true, { mountPoint: path, isBind: true }),
      // A subvolume.
      dataRootOn(false, { mountPoint: '/var', isBind: false, isOfRoot: true }),
      {
        // Bound from the disk of / by no entry of fstab.
        ...dataRootOn(false, { mountPoint: '/var', isBind: false }),
        hostMounts: [onHost('/', '8:1'), onHost('/var', '8:2'), onHost(path, '8:1')],
      },
    ],
    unknown: [
      {
        ...dataRootOn(false, { mountPoint: path, isBind: false }),
        engine: { hasImagesElsewhere: true },
      },
      dataRootOn(false, null),
      dataRootOn(false, { mountPoint: path, isBind: true }),
      // By another name of its disk, such as a label.
      dataRootOn(false, { mountPoint: '/var', isBind: false, mayBeOfRoot: true }),
      {
        hostFiles: {
          dataRoot: { path, isOnRootFilesystem: unread('did not answer'), declaredMount: null },
        },
      },
    ],
  },
});

/** Of the host's own table: the nearest mount, and whether it is of the device of `/`. Null where that was not read. */
function mountAround(
  dataRoot: string,
  hostProcesses: Snapshot['hostProcesses'],
): { at: string; isOfRoot: boolean } | null {
  const found = hostProcesses.state === 'read' ? hostProcesses.value.engineMounts : undefined;
  if (found?.state !== 'read') return null;
  const root = found.value.findLast(({ target }) => target === '/');
  const around = found.value
    .filter(({ target }) => isWithin(dataRoot, target))
    .reduce((near, one) => (one.target.length >= near.target.length ? one : near), {
      target: '',
      device: '',
    });
  return root && around.target !== ''
    ? { at: around.target, isOfRoot: around.device === root.device }
    : null;
}

function byTable(
  dataRoot: string,
  { at, isOfRoot }: { at: string; isOfRoot: boolean },
  engine: EngineFacts,
): Judgement {
  const evidence = [
    kernelTable(`mount around ${dataRoot}`, at),
    kernelTable('of the device of /', isOfRoot),
  ];
  return isOfRoot
    ? fail(`keeps ${dataRoot} on the filesystem of /`, evidence)
    : kept(`keeps ${dataRoot} on the filesystem mounted at ${at}`, engine, evidence);
}

function kept(message: string, engine: EngineFacts, evidence: Evidence[]): Judgement {
  if (!engine.hasImagesElsewhere) return pass(message, evidence);
  const reason = `${message}, and images and what containers write where containerd keeps its data, which the engine does not tell; compare stat -c %d /var/lib/containerd and stat -c %d /`;
  return unknown(reason, evidence);
}

function dataRootOn(isOnRoot: boolean, declaredMount: DeclaredPlace | null): ExampleHost {
  return { hostFiles: { dataRoot: { path, isOnRootFilesystem: read(isOnRoot), declaredMount } } };
}

function onHost(target: string, device: string): HostMount {
  return { target, root: '/', device };
}
