import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const PROGRAM = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));

export interface PrivateSshd {
  port: number;
  /** Settings for `ssh -F`: the key to log in with, and the known host key. */
  configFile: string;
  /** The same, with an empty list of known hosts. */
  strangerConfigFile: string;
  /** How many logins it has let in. */
  logins(): number;
  close(): Promise<void>;
}

/**
 * Writes a program that connects its standard input and output to a unix socket, as
 * `docker system dial-stdio` does, and notes the command it was asked for in `commands.log`.
 */
export function writeBridge(folder: string, socketPath: string): string {
  const script = join(folder, 'bridge.mjs');
  writeFileSync(
    script,
    `import { appendFileSync } from 'node:fs';
import { connect } from 'node:net';
const asked = process.env.SSH_ORIGINAL_COMMAND ?? JSON.stringify(process.argv.slice(2));
appendFileSync(${JSON.stringify(join(folder, 'commands.log'))}, asked + '\\n');
const socket = connect(${JSON.stringify(socketPath)});
socket.on('error', (error) => { console.error(error.message); process.exit(1); });
socket.on('close', () => process.exit(0));
process.stdin.pipe(socket).pipe(process.stdout);
`,
  );
  const program = join(folder, 'bridge');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}

/**
 * A real sshd on a free port, with keys and settings of its own, that runs nothing but `command`;
 * `settings` are further lines of its file.
 * Rejects on a machine without OpenSSH's server (Debian: openssh-server).
 */
export async function openPrivateSshd(
  folder: string,
  command: string,
  settings = '',
): Promise<PrivateSshd> {
  const path = (name: string) => join(folder, name);
  // Started by root it insists on a folder for unprivileged work.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  for (const key of ['host_key', 'user_key']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(key)]);
  }
  const port = await freePort();
  const publicKey = (name: string) => readFileSync(path(`${name}.pub`), 'utf8').trim();
  writeFileSync(path('authorized_keys'), `${publicKey('user_key')}\n`, { mode: 0o600 });
  writeFileSync(path('known_hosts'), `[127.0.0.1]:${port} ${publicKey('host_key')}\n`);
  writeFileSync(path('no_known_hosts'), '');
  writeFileSync(
    path('sshd_config'),
    `ListenAddress 127.0.0.1:${port}
HostKey ${path('host_key')}
PidFile none
AuthorizedKeysFile ${path('authorized_keys')}
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
ForceCommand ${command}
# The shell of the user reads nothing that lies at home.
SetEnv HOME=${folder}
${settings}
`,
  );
  const sshd = await start(PROGRAM ?? 'sshd', ['-D', '-e', '-f', path('sshd_config')], port);
  return {
    port,
    configFile: writeClientConfig(folder, 'known_hosts'),
    strangerConfigFile: writeClientConfig(folder, 'no_known_hosts'),
    logins: () => sshd.log().match(/^Accepted publickey /gm)?.length ?? 0,
    close: sshd.stop,
  };
}

function writeClientConfig(folder: string, knownHosts: string): string {
  const file = join(folder, `ssh_config_${knownHosts}`);
  writeFileSync(
    file,
    `User ${userInfo().username}
IdentityFile ${join(folder, 'user_key')}
IdentitiesOnly yes
UserKnownHostsFile ${join(folder, knownHosts)}
GlobalKnownHostsFile /dev/null
`,
  );
  return file;
}

async function start(program: string, args: string[], port: number) {
  const options: SpawnOptions = { stdio: ['ignore', 'ignore', 'pipe'] };
  const child = spawn(program, args, options);
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`sshd did not start: ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    log: () => log,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
