import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countEnding } from '../jest/processor-time.ts';
import { lastLines, leaveWhatIsKnown } from './known.ts';

export interface RealEngine {
  socketPath: string;
  /** `unix://` url of that socket. */
  url: string;
  /** A folder of this engine, for sockets, profiles and mounts; removed when it closes. */
  folder: string;
  /** The filesystem with what the engine mounted in it, seen from outside of its namespaces. */
  root(): string;
  /** Runs the Docker CLI; what it printed, trimmed. Throws with what it complained about. */
  docker(...words: string[]): string;
  /** Builds an image from the text of a Dockerfile, without files and without a network. */
  build(tag: string, dockerfile: string): void;
  /** Makes `baseImage`, once: busybox, the users root, www (1000) and toor (0), and a program `sshd`. */
  importBaseImage(): void;
  /** The last lines of its log. */
  tellLog(): string;
  /** Ends it, and everything that runs in it, at once, and starts it anew with what it had stored. */
  restart(): Promise<void>;
  /** Ends the engine and everything that runs in it. */
  close(): Promise<void>;
}

export const baseImage = 'base:1.0';

const FOLDER_ON_DISK = '/var/tmp';
const READY_WITHIN_MS = 150_000;
const LAUNCHES = 3;
/** An engine gives its containerd 15 s, which no setting changes and a busy machine may exceed. */
const SLOW_CONTAINERD = 'timeout waiting for containerd to start';
const CALL_WITHIN_MS = 120_000;
const BUSYBOX = '/usr/bin/busybox';
const APPLETS = ['cat', 'echo', 'id', 'ls', 'sh', 'sleep', 'true'];
const PASSWD = `root:x:0:0:root:/root:/bin/sh
www:x:1000:1000:www:/:/bin/sh
toor:x:0:0:other root:/root:/bin/sh
`;
/** A container, and a command in one, costs less with it: runc copies itself for neither. */
const SEALED = join(import.meta.dirname, 'with-sealed-runc.pl');
// Nothing of the caller's Docker settings; the builder without BuildKit needs no plugin. A tenth of what a
// container costs is short programs in Go that look for memory to use again. Whoever watches a container does so each half
// minute, whatever is set, and takes half as long when it stops for it.
const ENVIRONMENT = {
  GOGC: '400',
  GODEBUG: 'gcstoptheworld=2',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  DOCKER_BUILDKIT: '0',
};

export interface RealEngineOptions {
  /** Further options of dockerd. */
  options?: readonly string[];
  /** Name of its default bridge, instead of docker0. */
  bridge?: string;
  /** Builds reach the network of this machine by `--network host`; it has no network of its own. */
  sharesNetwork?: boolean;
  /** Maps users of containers away from the host’s: root inside is uid 500000 outside. */
  remapsUsers?: boolean;
  /** Its folder lies on the filesystem of the host, also where temporary files are in memory. */
  isOnDisk?: boolean;
  /** It puts containers into control groups of version 2, also where the machine has both. */
  hasGroupsOf2?: boolean;
  /** A folder with what it has stored when it starts, as an engine leaves it in its data root. */
  stored?: string;
  /** Nobody closes it: it ends with this process, which does not wait for it. */
  endsWithProcess?: boolean;
}

/**
 * Starts a Docker Engine of its own; root on Linux is needed. Its namespaces keep it from touching
 * another engine's network and mounts, make shared mounts possible, and take everything with it when
 * it ends, however the test run ends. Rejects with the tail of its log when it does not start.
 */
export async function openRealEngine(settings: RealEngineOptions = {}): Promise<RealEngine> {
  const parent = settings.isOnDisk ? FOLDER_ON_DISK : tmpdir();
  const folder = mkdtempSync(join(parent, 'seawall-engine-'));
  const socketPath = join(folder, 'docker.sock');
  const url = `unix://${socketPath}`;
  const docker = (...words: string[]) => runDocker(['--host', url, ...words]);
  const logFile = join(folder, 'log');
  const launch = async (tries = LAUNCHES): Promise<ChildProcess> => {
    const started = start(folder, url, logFile, settings);
    if (settings.endsWithProcess) started.unref();
    try {
      await ready(started, () => askEngine(socketPath, 'GET', '/_ping'), logFile);
      return started;
    } catch (error) {
      await stop(started);
      if (tries > 1 && String(error).includes(SLOW_CONTAINERD)) return launch(tries - 1);
      remove(folder);
      throw error;
    }
  };
  const cleaner = removeAfterUs(folder);
  if (settings.stored) copyWithoutLayers(settings.stored, join(folder, 'data'));
  let daemon = await launch();
  const tellLog = () => logTail('Log of the engine', logFile);
  const forget = settings.endsWithProcess ? () => {} : leaveWhatIsKnown(tellLog);
  return {
    socketPath,
    url,
    folder,
    root: () => `/proc/${daemon.pid}/root`,
    docker,
    build(tag, dockerfile) {
      // One of its own would be set up for each step.
      const words = ['build', '--quiet', '--network', 'host', '--tag', tag, '-'];
      runDocker(['--host', url, ...words], dockerfile);
    },
    tellLog,
    importBaseImage() {
      const archive = join(folder, 'base.tar');
      // The CLI takes longer than to look whether it can be there.
      if (existsSync(archive) && docker('images', '--quiet', baseImage) !== '') return;
      remove(join(folder, 'base'));
      execFileSync('tar', ['-C', makeRootFilesystem(folder), '-cf', archive, '.']);
      docker('import', archive, baseImage);
    },
    async restart() {
      await stop(daemon);
      // Their numbers are soon those of other processes in the namespace of the next engine.
      for (const name of ['pid', 'exec/containerd/containerd.pid']) {
        rmSync(join(folder, name), { force: true });
      }
      daemon = await launch();
    },
    async close() {
      forget();
      await stop(daemon);
      await cleaner.clean();
    },
  };
}

/**
 * Removes the folder of an engine, and the control groups and sockets of its containers, which outlive the
 * processes in them: once this process has ended, however that comes, or when it is told to. The engine is to
 * have ended, and with it whatever ran in its namespaces; what is paused, or ran in those of the host, is ended
 * here. To have it remove its containers first takes much longer.
 */
function removeAfterUs(folder: string): { clean(): Promise<void> } {
  const script = `cat
ids="$0/.ids"
groups() { find /sys/fs/cgroup -depth -type d | grep -F -f "$ids"; }
cd "$0/data" && for at in containers/* [0-9]*.[0-9]*/containers/*; do
  test -d "$at" || continue
  id=\${at##*/} mapped=\${at%containers/*}
  echo "$id" >>"$ids"
  printf %s "$0/exec/containerd/containerd.sock/moby\${mapped:+-\${mapped%/}}/$id" >"$0/.socket-$id"
done
# A program for each of them would be most of what this takes.
test -e "$ids" &&
  sha256sum "$0"/.socket-* | sed 's|^\\(.\\{64\\}\\).*|/run/containerd/s/\\1|' | xargs rm -f
for try in $(seq 200); do
  { test ! -e "$ids" || {
    groups | while read -r group; do
      test -e "$group/freezer.state" && echo THAWED >"$group/freezer.state"
      test -e "$group/cgroup.freeze" && echo 0 >"$group/cgroup.freeze"
      # One that is just ending may be listed as 0, which would be ourselves.
      while read -r process; do test "$process" = 0 || kill -9 "$process"; done <"$group/cgroup.procs"
    done
    groups | xargs -d '\\n' -r rmdir
  }; } && rm -rf "$0" && exit
  sleep 0.3
done
exit 1`;
  const cleaner = spawn('sh', ['-c', script, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  cleaner.unref();
  // Its input ends as this process does, if not earlier.
  const input = (cleaner.stdin as Socket).unref();
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    cleaner.once('exit', (code, signal) => resolve(signal ?? code)),
  );
  return {
    async clean() {
      cleaner.ref();
      input.end();
      const how = await ended;
      if (how === 0) return;
      throw new Error(`what is in ${folder} or its control groups stays: it ended with ${how}`);
    },
  };
}

/**
 * What an engine has stored, without the files in its layers, which nobody changes: `mountLayers` puts those in their
 * places. So they are neither checked and unpacked, as when an image is loaded, nor copied.
 */
const copyWithoutLayers = (stored: string, data: string): void =>
  cpSync(stored, data, {
    ...{ recursive: true, verbatimSymlinks: true },
    // What is in `work` is left of how a layer was made.
    filter: (path) => !['diff', 'work'].includes(basename(dirname(path))),
  });

/** Commands that mount the layers for nobody but the engine. */
const mountLayers = (stored: string, data: string): string =>
  `for layer in '${stored}'/overlay2/*/diff; do
    mount --bind -o ro "$layer" '${data}'"\${layer#'${stored}'}" || exit
  done`;

/** Calls the engine itself, which is sooner than its CLI. Rejects with what it complained about. */
export function askEngine(
  socketPath: string,
  method: string,
  path: string,
  body?: object,
): Promise<string> {
  return new Promise((done, fail) => {
    const headers = body ? { 'content-type': 'application/json' } : {};
    const options = { socketPath, method, path, headers, agent: false, timeout: CALL_WITHIN_MS };
    const asked = request(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.once('error', fail).once('end', () => {
        if ((answer.statusCode ?? 500) < 400) done(text);
        else fail(new Error(`${method} ${path}: ${text.trim()}`));
      });
    });
    asked.once('timeout', () => asked.destroy(new Error(`${method} ${path}: no answer`)));
    asked.once('error', fail).end(body && JSON.stringify(body));
  });
}

/** The end of a file that a daemon writes to. */
export const logTail = (title: string, logFile: string): string =>
  lastLines(title, existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n') : []);

function start(
  folder: string,
  url: string,
  logFile: string,
  {
    options = [],
    bridge,
    remapsUsers = false,
    sharesNetwork = false,
    hasGroupsOf2 = false,
    stored,
  }: RealEngineOptions,
): ChildProcess {
  const log = openSync(logFile, 'w');
  const runtime = join(folder, 'runtime');
  mkdirSync(runtime, { recursive: true });
  if (remapsUsers) {
    // The mapped root has to get to its files.
    chmodSync(folder, 0o711);
    writeFileSync(join(folder, 'subuid'), 'daemon:500000:65536\n');
    writeFileSync(join(folder, 'subgid'), 'daemon:500000:65536\n');
  }
  const script = [
    // A network of its own begins with what the host's is set to send on.
    ...(sharesNetwork ? [] : ['ip link set lo up', 'echo 0 > /proc/sys/net/ipv4/ip_forward']),
    ...(bridge === undefined
      ? []
      : [`ip link add ${bridge} type bridge`, `ip address add 172.31.0.1/24 dev ${bridge}`]),
    ...(remapsUsers
      ? ['subuid', 'subgid'].map((name) => `mount --bind ${folder}/${name} /etc/${name}`)
      : []),
    // A mount of them sets the options of all.
    ...(hasGroupsOf2
      ? [
          `flags=$(awk '$3 == "cgroup2" { f = $4 } END { print f ? f : "rw" }' /proc/mounts)`,
          '{ test -e /sys/fs/cgroup/cgroup.controllers || mount -t cgroup2 -o "$flags" none /sys/fs/cgroup; }',
        ]
      : []),
    ...(stored === undefined ? [] : [mountLayers(stored, join(folder, 'data'))]),
    'mount --make-rshared /',
    `exec perl '${SEALED}' '${runtime}' dockerd "$@"`,
  ].join(' && ');
  const daemon = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'unshare', ...(sharesNetwork ? [] : ['--net'])],
      ...['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...['sh', '-c', script, 'dockerd'],
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid'), '--host', url],
      ...['--iptables=false', '--ip6tables=false', '--ip-masq=false'],
      ...(bridge === undefined ? [] : ['--bridge', bridge]),
      // It changes nothing of what it shares.
      ...(sharesNetwork ? ['--bridge', 'none', '--ip-forward=false'] : []),
      ...(remapsUsers ? ['--userns-remap', 'daemon'] : []),
      ...options,
    ],
    {
      stdio: ['ignore', log, log],
      env: { ...ENVIRONMENT, PATH: `${runtime}:${ENVIRONMENT.PATH}` },
    },
  );
  closeSync(log);
  return daemon;
}

/** Waits until `ask` no longer throws. Rejects with the tail of the log when the daemon ends or takes too long. */
export async function ready(
  daemon: ChildProcess,
  ask: () => unknown,
  logFile: string,
): Promise<void> {
  let failure = '';
  daemon.once('error', (error) => {
    failure = error.message;
  });
  daemon.once('exit', (code, signal) => {
    failure = `it ended with ${code ?? signal}`;
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    await sleep(20);
    try {
      await ask();
      return;
    } catch (error) {
      if (failure === '' && Date.now() > deadline) failure = String(error);
    }
    if (failure !== '') {
      const tail = logTail('Its log', logFile);
      throw new Error(`The engine for this test did not start: ${failure}\n${tail}`);
    }
  }
}

export async function stop(daemon: ChildProcess): Promise<void> {
  if (daemon.pid !== undefined && daemon.exitCode === null && daemon.signalCode === null) {
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    countEnding(daemon.pid);
    daemon.kill('SIGKILL');
    await ended;
  }
}

export const remove = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

/** Runs the Docker CLI; what it printed, trimmed. Throws with what it complained about. */
export function runDocker(words: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync('docker', words, {
    encoding: 'utf8',
    env: ENVIRONMENT,
    input,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`docker ${words.join(' ')}: ${stderr.trim()}`);
  return stdout.trim();
}

/** A folder with the files of `baseImage`, below the given one. */
export function makeRootFilesystem(folder: string): string {
  const path = (...parts: string[]) => join(folder, 'base', ...parts);
  for (const name of ['bin', 'data', 'etc', 'root', 'tmp', 'usr/sbin']) {
    mkdirSync(path(name), { recursive: true });
  }
  copyFileSync(BUSYBOX, path('bin/busybox'));
  for (const applet of APPLETS) symlinkSync('busybox', path('bin', applet));
  writeFileSync(path('etc/passwd'), PASSWD);
  // The kernel names the process of a script after the script.
  const server = '#!/bin/sh\nwhile true; do sleep 1000; done\n';
  writeFileSync(path('usr/sbin/sshd'), server, { mode: 0o755 });
  return path();
}
