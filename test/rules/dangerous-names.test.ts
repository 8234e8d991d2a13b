import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { noHostDevice } from '../../src/rules/catalogue/no-host-device.ts';
import { noSensitiveMount } from '../../src/rules/catalogue/no-sensitive-mount.ts';
import { bind, localVolume } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelMount, kernelSays } from '../../src/rules/example-kernel.ts';
import { isEngineSocket } from '../../src/rules/mounts.ts';
import type { ExampleHost, Rule } from '../../src/rules/rule.ts';
import { isUserStart } from '../../src/rules/users-places.ts';
import type { MountFact } from '../../src/snapshot/facts/container.ts';
import type { VolumeMount } from '../../src/snapshot/facts/volume.ts';

// Names and places by the manuals of what uses them, not by our lists.

it.each([
  ...['/var/run/docker.sock', '/run/user/1000/docker.sock', '/srv/containerd.sock'],
  ...['/run/podman/podman.sock', '/run/crio/crio.sock', '/run/cri-dockerd.sock'],
  ...['/run/balena-engine.sock', '/run/host-services/docker.raw.sock', '/run/dockershim.sock'],
  '/run/host-services/docker.proxy.sock',
])('%s is the socket of an engine by its name', (path) => {
  expect(isEngineSocket(path, [])).toBe(true);
});

it.each(['/run/docker.sock.old', '/run/docker.sock/x', '/run/mydocker.sock', '/run/mysqld.sock'])(
  '%s is none',
  (path) => {
    expect(isEngineSocket(path, [])).toBe(false);
    expect(isEngineSocket(path, [path])).toBe(true);
  },
);

const verdictOf = (mount: MountFact, host: ExampleHost = {}) => {
  const snapshot = exampleSnapshot({ ...host, container: { mounts: [mount] } });
  const [result] = evaluate([noSensitiveMount as unknown as Rule], assess(snapshot));
  return result?.verdict;
};
const verdictOn = (path: string) => verdictOf(bind(path));

it('where a volume leads whose path has no slash before it the kernel alone tells', () => {
  const volume = localVolume('bind', 'etc');
  const shows = (root: string) => ({
    kernel: kernelSays([], { mounts: [kernelMount('/mnt', { root })] }),
  });

  const overlay: Partial<VolumeMount> = { layers: ['/srv/a'], hasRelativeLayers: true };
  expect(verdictOf(localVolume('overlay', 'overlay', overlay))).toBe('unknown');
  expect(verdictOf(volume)).toBe('unknown');
  expect(verdictOf(volume, shows('/etc'))).toBe('fail');
});

it.each([
  ...['/usr/local/bin', '/usr/sbin', '/lib', '/etc/ld.so.preload', '/etc/alternatives'],
  ...['/etc/cron.d', '/etc/crontab', '/var/spool/cron', '/etc/logrotate.d', '/etc/udev'],
  ...['/etc/systemd/system', '/boot', '/etc/init.d', '/etc/modprobe.d', '/etc/fstab'],
  ...['/etc/passwd', '/etc/shadow', '/etc/sudoers.d', '/etc/pam.d', '/etc/ssh', '/root/.ssh'],
  ...['/var/lib/docker', '/var/lib/kubelet', '/var/lib/containerd', '/etc/kubernetes'],
  ...['/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe', '/sys/kernel'],
])('%s of the host is a place that no container should write to', (path) => {
  expect(verdictOn(path)).toBe('fail');
});

it.each(['/home', '/home/web', '/var/home/web'])('in %s keys may lie', (path) => {
  expect(verdictOn(path)).toBe('unknown');
});

it.each([
  ...['/home/ann/.bashrc', '/home/ann/.config', '/home/ann/.config/systemd/user', '/Users/ann/bin'],
  ...['/home/ann/.docker/cli-plugins', '/var/home/ann/.local/bin/x', '/home/ann/.kube/config'],
])('a user of the host runs %s', (path) => {
  expect(isUserStart(path)).toBe(true);
});

it.each([
  ...[
    '/home/ann',
    '/home/ann/.bash_history',
    '/home/ann/.config/app',
    '/home/ann/.local/share/app',
  ],
  ...['/home/ann/site/.bashrc', '/home/.bashrc', '/srv/home/ann/.bashrc', '/home/ann/binary'],
])('nobody runs %s', (path) => {
  expect(isUserStart(path)).toBe(false);
});

it.each(['/home/web/.ssh', '/var/home/web/.ssh/id_ed25519'])('%s holds keys', (path) => {
  expect(verdictOn(path)).toBe('fail');
});

it.each(['/srv/data', '/opt/app', '/mnt/share'])('%s is none by its name', (path) => {
  expect(verdictOn(path)).toBe('pass');
});

it('a device that is mounted twice is as shut as one that is mounted once', () => {
  const messageOf = (mounts: MountFact[]) => {
    const assessed = assess(exampleSnapshot({ container: { mounts } }));
    const [result] = evaluate([noHostDevice as unknown as Rule], assessed);
    return result?.verdict === 'fail' ? result.message : null;
  };
  const disk = bind('/dev/sda');

  expect(messageOf([disk])).toContain('keep every device shut');
  expect(messageOf([disk, { ...disk, destination: '/disk' }])).toBe(messageOf([disk]));
});
