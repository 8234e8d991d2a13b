import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaveWhatIsKnown } from './known.ts';
import { baseImage, logTail, makeRootFilesystem, ready, remove, stop } from './real-engine.ts';

export interface RealPodman {
  socketPath: string;
  /** `unix://` url of that socket. */
  url: string;
  /** A folder of this engine; removed when it closes. */
  folder: string;
  /** Runs the client of Podman; what it printed, trimmed. Throws with what it complained about. */
  docker(...words: string[]): string;
  /** Ends the engine and everything that runs in it. */
  close(): Promise<void>;
}

const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  PODMAN_IGNORE_CGROUPSV1_WARNING: '1',
};
const CGROUPS = '/sys/fs/cgroup';

/**
 * Starts Podman's service with a store of its own, root on Linux is needed, and makes `baseImage` with
 * the given files beside the usual ones. Its namespaces take everything with it when it ends, and
 * keep its locks in /run and /dev/shm apart from those of another Podman. Networks are not made:
 * containers want `--network none`. Rejects with the tail of its log when it does not start.
 */
export async function openRealPodman(
  files: Readonly<Record<string, string>> = {},
): Promise<RealPodman> {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-podman-'));
  const socketPath = join(folder, 'podman.sock');
  const url = `unix://${socketPath}`;
  const logFile = join(folder, 'log');
  for (const name of ['subuid', 'subgid']) {
    writeFileSync(join(folder, name), 'containers:500000:1000000\n');
  }
  const docker = (...words: string[]) => {
    const { status, stdout, stderr, error } = spawnSync(
      'podman',
      ['--remote', '--url', url, ...words],
      { encoding: 'utf8', env: ENVIRONMENT },
    );
    if (error) throw error;
    if (status !== 0) throw new Error(`podman ${words.join(' ')}: ${stderr.trim()}`);
    return stdout.trim();
  };
  const log = openSync(logFile, 'w');
  const script = [
    'ip link set lo up',
    'mount -t tmpfs tmpfs /run',
    'mount -t tmpfs tmpfs /dev/shm',
    ...['subuid', 'subgid'].map((name) => `mount --bind ${folder}/${name} /etc/${name}`),
    'mount --make-rshared /',
    'exec podman "$@"',
  ].join(' && ');
  const daemon = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'unshare', '--net', '--mount', '--pid', '--fork', '--kill-child'],
      ...['--mount-proc', 'sh', '-c', script, 'podman'],
      ...['--root', join(folder, 'root'), '--runroot', join(folder, 'runroot')],
      ...['--tmpdir', join(folder, 'tmp'), '--storage-driver', 'vfs', '--runtime', 'runc'],
      ...['--cgroup-manager', 'cgroupfs', '--events-backend', 'file'],
      ...['system', 'service', '--time=0', url],
    ],
    { stdio: ['ignore', log, log], env: ENVIRONMENT },
  );
  closeSync(log);
  const forget = leaveWhatIsKnown(() => logTail('Log of Podman', logFile));
  const close = async () => {
    forget();
    await stop(daemon);
    removeCgroups();
    remove(folder);
  };
  try {
    await ready(daemon, () => docker('version'), logFile);
    const root = makeRootFilesystem(folder);
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(root, name), text, { mode: 0o755 });
    }
    const archive = join(folder, 'base.tar');
    execFileSync('tar', ['-C', root, '-cf', archive, '.']);
    docker('import', archive, baseImage);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    socketPath,
    url,
    folder,
    docker,
    async close() {
      // Podman removes their control groups, which outlive the processes in them.
      docker('rm', '--all', '--force', '--time', '0');
      await close();
    },
  };
}

/** Podman leaves the groups of what watched its containers; one that is in use refuses to go. */
function removeCgroups(): void {
  for (const controller of readdirSync(CGROUPS)) {
    for (const name of ['libpod_parent/conmon', 'libpod_parent']) {
      try {
        rmdirSync(join(CGROUPS, controller, name));
      } catch {
        // It is not there, or another Podman's.
      }
    }
  }
}
