import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaveWhatIsKnown } from './known.ts';
import {
  baseImage,
  logTail,
  makeRootFilesystem,
  type RealEngine,
  ready,
  remove,
  runDocker,
  stop,
} from './real-engine.ts';

/** Its first user is `daemon` (1), the others are 500000 and on. */
export type RealRootlessEngine = Pick<RealEngine, 'url' | 'docker' | 'close'>;

/**
 * Starts a rootless Docker Engine with `baseImage`, as the user `daemon`; root on Linux is needed to
 * become that user in namespaces that take everything with it when it ends. Rejects with the tail of
 * its log when it does not start.
 */
export async function openRealRootlessEngine(): Promise<RealRootlessEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-rootless-'));
  chmodSync(folder, 0o777);
  const url = `unix://${join(folder, 'docker.sock')}`;
  const logFile = join(folder, 'log');
  const docker = (...words: string[]) => runDocker(['--host', url, ...words]);
  for (const name of ['subuid', 'subgid']) {
    writeFileSync(join(folder, name), 'daemon:500000:65536\n');
  }
  const inner = [
    'rm -f /run/docker /run/containerd /run/xtables.lock',
    'exec dockerd --rootless --storage-driver vfs --bridge=none --iptables=false --ip6tables=false "$@"',
  ].join(' && ');
  const outer = [
    'ip link set lo up',
    // The engine wants it on and may not do it itself.
    'echo 1 > /proc/sys/net/ipv4/ip_forward',
    ...['subuid', 'subgid'].map((name) => `mount --bind ${folder}/${name} /etc/${name}`),
    // Whether everybody may open the machine's own is up to who set it up.
    `mknod -m 666 ${folder}/tun c 10 200 && mount --bind ${folder}/tun /dev/net/tun`,
    'mount --make-rshared /',
    // Not `exec`: whoever changes its user is no longer killed with its parent, and this shell is.
    'setpriv --reuid daemon --regid daemon --clear-groups "$@"',
  ]
    .join(' && ')
    .concat('; exit');
  const environment = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
  };
  const log = openSync(logFile, 'w');
  const daemon = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'unshare', '--net', '--mount', '--pid', '--fork', '--kill-child'],
      ...['--mount-proc', 'sh', '-c', outer, 'setpriv'],
      ...['rootlesskit', '--state-dir', join(folder, 'state'), '--net=slirp4netns', '--mtu=65520'],
      ...[
        '--disable-host-loopback',
        '--copy-up=/etc',
        '--copy-up=/run',
        'sh',
        '-c',
        inner,
        'dockerd',
      ],
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid'), '--host', url],
    ],
    { stdio: ['ignore', log, log], env: environment, cwd: folder },
  );
  closeSync(log);
  const forget = leaveWhatIsKnown(() => logTail('Log of the rootless engine', logFile));
  const close = async () => {
    forget();
    await stop(daemon);
    remove(folder);
  };
  try {
    await ready(daemon, () => docker('version'), logFile);
    const archive = join(folder, 'base.tar');
    execFileSync('tar', ['-C', makeRootFilesystem(folder), '-cf', archive, '.']);
    docker('import', archive, baseImage);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, docker, close };
}
