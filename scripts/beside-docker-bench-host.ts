import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseImage, type RealEngine } from '../test/support/real-engine.ts';
import { until } from '../test/support/until.ts';

const SLEEP = ['sleep', 'infinity'];

/** Options of `docker run` by the name of the container; `FOLDER` stands for the engine's folder. */
const containers: Readonly<Record<string, readonly string[]>> = {
  plain: [],
  'vanilla-privileged': ['--privileged'],
  labelled: ['--privileged', '--label', 'docker.bench.security=1'],
  'small-caps': ['--cap-add', 'net_admin'],
  'all-caps-dropped': ['--cap-add', 'ALL', '--cap-drop', 'CHOWN'],
  'host-net-pid': ['--network', 'host', '--pid', 'host'],
  'joins-host': ['--network', 'container:host-net-pid', '--pid', 'container:host-net-pid'],
  'host-ipc-uts': ['--ipc', 'host', '--uts', 'host', '--cgroupns', 'host'],
  'etc-by-link': ['--volume', 'FOLDER/link:/data'],
  'etc-by-volume': ['--volume', 'innocent:/data'],
  'etc-to-read': ['--volume', '/etc:/host/etc:ro'],
  'volume-at-etc': ['--volume', 'settings:/etc/app'],
  'socket-by-folder': ['--volume', 'FOLDER:/engine:ro'],
  'socket-by-link': ['--volume', 'FOLDER/api:/api.sock'],
  device: ['--device', '/dev/fuse', '--device-cgroup-rule', 'c 5:* rwm'],
  'device-rule': ['--device-cgroup-rule', 'b 8:* rwm'],
  unlimited: ['--memory', '900g', '--pids-limit', '-1', '--cpu-shares', '1024'],
  'limited-by-quota': ['--memory', '64m', '--pids-limit', '64', '--cpu-quota', '50000'],
  unconfined: ['--security-opt', 'seccomp=unconfined', '--security-opt', 'no-new-privileges=false'],
  'open-profile': [
    '--security-opt',
    'seccomp=FOLDER/open.json',
    '--security-opt',
    'systempaths=unconfined',
  ],
  'root-by-number': ['--user', '00:0'],
  'root-by-name': ['--user', 'toor'],
  'someone-hardened': [
    ...['--user', '1000', '--read-only', '--cap-drop', 'ALL', '--memory', '64m', '--cpus', '0.5'],
    ...['--security-opt', 'no-new-privileges', '--pids-limit', '64', '--network', 'lan'],
    ...['--health-cmd', 'true', '--restart', 'on-failure:5', '--publish', '[::]:8443:443'],
  ],
  'ssh-inside': ['--publish', '22:22', '--publish', '127.0.0.1:1024:80', '--ulimit', 'nofile=99'],
  'restart-always': ['--restart', 'always', '--volume', 'FOLDER/shared:/data:rshared'],
};
const programs: Readonly<Record<string, readonly string[]>> = { 'ssh-inside': ['sshd'] };
const images: Readonly<Record<string, string>> = { 'joins-host': 'floating' };
/** Commands that somebody has open, with their options. */
const commands: Readonly<Record<string, readonly string[]>> = {
  plain: ['--privileged'],
  'someone-hardened': ['--user', 'root'],
};

/** Makes the host; names of its containers, in the order of their making. */
export async function createOddHost(engine: RealEngine): Promise<string[]> {
  const { folder } = engine;
  engine.importBaseImage();
  engine.docker('tag', baseImage, 'floating');
  engine.build('added:1.0', `FROM ${baseImage}\nRUN true\nENV MACADDRESS=1\n`);
  engine.docker('network', 'create', 'lan');
  const bound = ['type=none', 'o=bind', 'device=/etc'].flatMap((one) => ['--opt', one]);
  engine.docker('volume', 'create', ...bound, 'innocent');
  symlinkSync('/etc', join(folder, 'link'));
  symlinkSync('docker.sock', join(folder, 'api'));
  mkdirSync(join(folder, 'shared'));
  writeFileSync(join(folder, 'open.json'), JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW' }));
  for (const [name, options] of Object.entries(containers)) {
    const words = options.map((option) => option.replace('FOLDER', folder));
    const command = [images[name] ?? baseImage, ...(programs[name] ?? SLEEP)];
    engine.docker('run', '--detach', '--name', name, ...words, ...command);
  }
  for (const [name, options] of Object.entries(commands)) {
    engine.docker('exec', '--detach', ...options, name, ...SLEEP);
  }
  const names = Object.keys(containers);
  await until(() => engine.docker('ps', '--quiet').split('\n').length === names.length);
  return names;
}
