import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { noSensitiveMount } from '../../src/rules/catalogue/no-sensitive-mount.ts';
import { bind } from '../../src/rules/example-facts.ts';
import { examplePolicy, exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost, Rule } from '../../src/rules/rule.ts';

const kept = (path: string) => bind(path, { isWritable: false });

const runtimes = [{ name: 'own', path: '/srv/bin/runc', runcVersion: null }];

it('says that owner and mode may keep mapped users from what somebody could do', () => {
  const said = ([false, true] as const).map((remapsUsers) => {
    const facts = { container: { mounts: [bind('/etc/cron.d')] }, engine: { remapsUsers } };
    const snapshot = assess(exampleSnapshot(facts));
    return evaluateRule(noSensitiveMount as Rule, snapshot, examplePolicy(facts))[0]?.message;
  });

  expect(said[0]).toMatch(/adds a job that root runs$/);
  expect(said[1]).toMatch(/adds a job that root runs; its root is another user outside, whom/);
});

const grades: ExampleHost[] = [
  // A kernel that was built there leaves the key of its modules.
  { container: { mounts: [kept('/usr/src')] }, severity: 'medium' },
  // Systemd listens there to processes of its units alone, and nobody can take the place of what is mounted.
  { container: { mounts: [bind('/run/systemd/notify')] }, severity: 'low' },
  // Its socket is there, and who it lets in is the service's own affair.
  { container: { mounts: [kept('/run/mysqld')] }, severity: 'medium' },
  { container: { mounts: [bind('/run/docker/netns')] } },
  { container: { mounts: [kept('/run/docker/netns')] }, severity: 'low' },
  { container: { mounts: [bind('/run/user/1000')] } },
  { container: { mounts: [kept('/run/user/1000/pulse')] }, severity: 'medium' },
  { container: { mounts: [bind('/var/lib/jenkins')] } },
  { container: { mounts: [bind('/var/lib/waagent')] } },
  { container: { mounts: [kept('/var/lib/dkms')] }, severity: 'medium' },
  // Of Proxmox root runs the snippets alone.
  { container: { mounts: [bind('/var/lib/vz/template/iso')] }, severity: 'medium' },
  { container: { mounts: [bind('/var/lib/vz/snippets')] } },
  // Root of such a container owns nothing of it.
  { container: { mounts: [bind('/etc')] }, engine: { remapsUsers: true }, severity: 'medium' },
  { container: { mounts: [kept('/etc')] }, engine: { isRootless: true }, severity: 'low' },
  { container: { mounts: [bind('/')] }, engine: { isRootless: true } },
  // Terminals are whose who is logged in, and processes those of other containers.
  { container: { mounts: [kept('/dev')] }, engine: { isRootless: true }, severity: 'medium' },
  { container: { mounts: [kept('/proc')] }, engine: { isRootless: true }, severity: 'medium' },
  { container: { mounts: [kept('/sysroot')] }, engine: { isRootless: true }, severity: 'medium' },
  { container: { mounts: [kept('/nix')] }, engine: { isRootless: true }, severity: 'medium' },
  // Whose these are nobody read.
  {
    container: { mounts: [bind('/srv/keys')] },
    engine: { isRootless: true },
    policy: { sensitivePaths: ['/srv/keys'] },
  },
  {
    container: { mounts: [bind('/home/web')] },
    engine: { isRootless: true },
    policy: { sensitivePaths: ['/home'] },
  },
  {
    container: { mounts: [bind('/home/web/.aws')] },
    policy: { sensitivePaths: ['/home'] },
  },
  {
    container: { mounts: [bind('/var/lib/vault')] },
    policy: { sensitivePaths: ['/var/lib/vault'] },
  },
  {
    container: { mounts: [bind('/var/lib')] },
    engine: { isRootless: true, dataRoot: '/data' },
  },
  { container: { mounts: [bind('/home/web/.ssh')] }, engine: { isRootless: true } },
  { container: { mounts: [bind('/var/lib/docker')] }, engine: { remapsUsers: true } },
  // The engine starts what lies there for containers of that runtime.
  { container: { mounts: [bind('/srv/bin')] }, engine: { runtimes } },
  { container: { mounts: [kept('/srv/bin')] }, engine: { runtimes }, severity: 'medium' },
  // Programs that everybody reads, and among them what the team or the engine keeps to itself.
  { container: { mounts: [kept('/usr/local/lib/app')] }, severity: 'low' },
  {
    container: { mounts: [kept('/usr/local/lib/app')] },
    policy: { sensitivePaths: ['/usr/local/lib/app'] },
    severity: 'medium',
  },
  ...['/usr/local/lib', '/usr/local/lib/docker'].map((path) => ({
    container: { mounts: [kept(path)] },
    engine: { dataRoot: '/usr/local/lib/docker' },
    severity: 'medium' as const,
  })),
  // Root of such a container has no right to write there.
  { container: { mounts: [bind('/var/log')] }, engine: { isRootless: true }, severity: 'low' },
  // Links by which the host finds disks, under the name of a group of volumes.
  { container: { mounts: [bind('/dev/vg0')] }, severity: 'medium' },
  { container: { mounts: [bind('/dev/zvol/tank')] }, severity: 'medium' },
  // A read-only mount stops nobody from connecting.
  { container: { mounts: [kept('/run/dbus')] } },
  { container: { mounts: [kept('/run/libvirt')] } },
  { container: { mounts: [kept('/run')] } },
  { container: { mounts: [kept('/run/user/1000')] } },
  { container: { mounts: [kept('/run/user/1000/keyring/ssh')] } },
  { container: { mounts: [kept('/tmp/tmux-1000/default')] } },
  { container: { mounts: [kept('/run/host-services/ssh-auth.sock')] } },
  { container: { mounts: [kept('/run/k3s')] } },
  { container: { mounts: [kept('/run/systemd/journal')] }, severity: 'medium' },
  { container: { mounts: [kept('/var/lib')] }, severity: 'medium' },
];

it.each(grades)(
  'what is mounted is graded by whose it is: %j',
  ({ severity = 'high', ...host }) => {
    const snapshot = assess(exampleSnapshot(host));
    const [result] = evaluateRule(
      noSensitiveMount as unknown as Rule,
      snapshot,
      examplePolicy(host),
    );

    expect(result).toMatchObject({ verdict: 'fail', severity });
  },
);
