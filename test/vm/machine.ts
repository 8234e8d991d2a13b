import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { HostConnection } from '../../src/engine/snapshot-taker.ts';
import { runDocker } from '../support/real-engine.ts';
import { vmFolder } from '../support/vm-folder.ts';
import { maskedPaths, readonlyPaths } from '../system/truth/kernel-truth.ts';
import type { RootView } from '../system/truth/root-view.ts';
import { copiedView } from './copied-view.ts';

const scripts = resolve(import.meta.dirname, 'machine');
const BYTES_MAX = 256 * 1024 * 1024;

export interface Machine {
  /** Over TLS, and over ssh as a user who is not root. */
  hosts: Record<'tls' | 'ssh', HostConnection>;
  /** Settings for `ssh -F`. */
  sshConfigFile: string;
  /** Runs the Docker CLI against it; see `runDocker`. */
  docker(...words: string[]): string;
  /** Runs a script of the shell in it as root; what it printed. Throws with what it complained about. */
  root(script: string): string;
  /** What its root sees now. */
  view(): RootView;
  /** How often somebody has logged in so far who may talk to the engine. */
  logins(): number;
  /** Switches it off. */
  close(): void;
}

export interface MachineOptions {
  module: 'apparmor' | 'selinux';
  /** Settings of the engine, see `machine/start.sh`. */
  daemon?: readonly string[];
}

/** Makes the image if there is none, and starts the machine as new. Takes half a minute, emulated, or some minutes. */
export function openMachine({ module, daemon = [] }: MachineOptions): Machine {
  const out = join(vmFolder, module);
  const run = (script: string, ...words: string[]) =>
    execFileSync(join(scripts, script), words, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (!existsSync(join(out, 'facts'))) {
    run('make.sh', ...(module === 'selinux' ? ['--selinux'] : []), out);
  }
  const settings = daemon.length > 0 ? ['--daemon', daemon.join(',')] : [];
  run('start.sh', ...settings, out);

  const [sshPort, tlsPort] = readFileSync(join(out, 'ports'), 'utf8').trim().split(' ');
  const tls = {
    ca: join(out, 'tls/ca.pem'),
    cert: join(out, 'tls/cert.pem'),
    key: join(out, 'tls/key.pem'),
  };
  const url = `tcp://127.0.0.1:${tlsPort}`;
  const sshConfigFile = join(out, 'ssh/config');
  const toEngine = [
    ...['--host', url, '--tlsverify', '--tlscacert', tls.ca],
    ...['--tlscert', tls.cert, '--tlskey', tls.key],
  ];
  const asRoot = (words: readonly string[], input: string | Buffer): Buffer => {
    const ssh = ['-F', sshConfigFile, '-o', 'BatchMode=yes', 'root@127.0.0.1', ...words];
    const { status, stdout, stderr } = spawnSync('ssh', ssh, { input, maxBuffer: BYTES_MAX });
    if (status !== 0) throw new Error(`in the machine: ${stderr.toString('utf8')}`);
    return stdout;
  };
  const root = (script: string) => asRoot(['sh', '-s'], script).toString('utf8').trim();
  return {
    hosts: {
      tls: { name: 'tls', url, tls },
      ssh: { name: 'ssh', url: `ssh://ops@127.0.0.1:${sshPort}` },
    },
    sshConfigFile,
    docker: (...words) => runDocker([...toEngine, ...words]),
    root,
    view: () =>
      copiedView(
        asRoot(
          ['perl', '-', maskedPaths.join(','), [...readonlyPaths, '/'].join(',')],
          readFileSync(join(scripts, 'copy-proc')),
        ),
      ),
    logins: () =>
      Number(root('journalctl -u ssh --no-pager | grep -c "Accepted publickey for ops" || true')),
    close: () => run('stop.sh', out),
  };
}
