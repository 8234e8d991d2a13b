import { mayOpenMounted } from '../../controls/device-control.ts';
import { distinct } from '../../shared/distinct.ts';
import { read } from '../../shared/reading.ts';
import { enumerate } from '../../shared/text.ts';
import { deviceList, inspected } from '../../snapshot/evidence.ts';
import { isDeviceFolder, isHarmlessRule } from '../../snapshot/harmless-devices.ts';
import { shownMounts } from '../../snapshot/shown-mounts.ts';
import { unlessMoreGiven } from '../control-evidence.ts';
import { deviceKind, deviceRule, isOfItself, isOfItselfRule } from '../dangerous-devices.ts';
import { bind, localVolume, namedUser, privileged, underWrapper } from '../example-facts.ts';
import { kernelMount, kernelSays, noLimits } from '../example-kernel.ts';
import { without } from '../fix-change.ts';
import { listedLines, tableEvidence } from '../mounts.ts';
import { defineRule, fail, pass, type Severity, unknown } from '../rule.ts';

/** A node behind a link opens for who is given its device alone, and that is told. */
const notFollowed = { sources: null, hostAddresses: null, hostMounts: null };

const tellsWhatItIs = (path: string): boolean => deviceKind(path) !== 'unclear';

export const noHostDevice = defineRule({
  id: 'no-host-device',
  title: 'Containers get no host devices',
  subject: 'container',
  severity: 'high',
  pillar: 'privilege',
  controls: ['cis-1.6:5.18', 'cis-1.8:5.18'],
  rationale:
    'A device gives direct access to the kernel and the hardware. A disk gives access to every file of the host.',
  remediation:
    'Remove `--device`, `--device-cgroup-rule`, `--gpus` and mounts under /dev; where one is needed, give that one with `:r`.',
  fix: {
    words: 'Take the host devices from {}',
    change: (seen) => ({
      run: without('--device', seen('HostConfig.Devices')),
      compose: `remove from devices: ${seen('HostConfig.Devices').join(', ') || 'what it names'}`,
    }),
  },
  facet: 'device',
  consults: ['engine', 'kernel'],
  judge(container, { engine }, { controlsOf, mountsOf }) {
    const controls = controlsOf(container.id);
    const { openedRules, nodeRules } = controls;
    const { devices, deviceRequests, deviceCgroupRules, isPrivileged } = container;
    const isNamed = deviceRequests.length === 0 && devices.every(tellsWhatItIs);
    const ofNodes = isNamed ? [] : (nodeRules ?? []).filter((rule) => deviceRule(rule).isRaw);
    const { closedDevices = [] } = container;
    const seen = { ...mountsOf(container.id).seen, ...notFollowed };
    const shown = shownMounts(container, seen, null);
    // What every container has gives nothing, by whatever name it stands inside.
    const gives = (path: string) => deviceKind(path) !== 'harmless';
    const binds = shown.flatMap((one) =>
      one.things.flatMap((thing) =>
        thing.kind === 'path' && isDeviceFolder(thing.path) && gives(thing.path)
          ? [{ one, path: thing.path }]
          : [],
      ),
    );
    const handed = devices.filter(gives);
    const asked = deviceCgroupRules.filter((rule) => !isHarmlessRule(rule));
    const paths = handed.concat(distinct(binds.map(({ path }) => path)));
    const mounts = binds.map(({ one }) => one);
    const evidence = [
      inspected('HostConfig.Devices', devices),
      inspected('HostConfig.DeviceRequests', deviceRequests),
      inspected('HostConfig.DeviceCgroupRules', deviceCgroupRules),
      inspected('Mounts under /dev', listedLines(mounts)),
      ...tableEvidence(mounts),
    ];
    const listed = [...openedRules, ...ofNodes];
    if (listed.length > 0) evidence.push(deviceList('devices.list', listed));
    const all = paths.concat(
      asked.map((rule) => `devices by the rule ${rule}`),
      openedRules.map((rule) => `devices by the rule ${rule}, which it did not ask for`),
      deviceRequests,
    );
    if (all.length === 0) {
      const message = isPrivileged
        ? 'names no host device, though privileged opens all: that has a rule of its own'
        : 'gets no host device';
      if (!isPrivileged && controls.deviceDoubt !== null) {
        return unknown(controls.deviceDoubt, evidence);
      }
      return unlessMoreGiven(controls, 'devices', pass(message, evidence));
    }
    // Who puts a node there past the engine opens it as well.
    const isOpen = ({ one, path }: (typeof binds)[number]) =>
      isPrivileged ||
      one.isUnlisted === true ||
      engine.state === 'unread' ||
      mayOpenMounted(engine.value, path);
    const opened = [
      ...handed.filter((path) => !closedDevices.includes(path)),
      ...binds.filter(isOpen).map(({ path }) => path),
    ];
    const rules = [...asked, ...listed];
    const severity = gradeOf(opened, rules, deviceRequests);
    const isMountedAlone = handed.length + rules.length + deviceRequests.length === 0;
    const isShut = isMountedAlone && opened.length === 0;
    const numbers = ofNodes.length > 0 ? `, and with that nodes of ${enumerate(ofNodes)}` : '';
    const how = isShut ? ', of which its control groups keep every device shut' : numbers;
    return fail(`gets ${enumerate(all)}${how}`, evidence, { severity });
  },
  examples: {
    unknown: [
      underWrapper,
      // With the control groups of the host it opens devices to itself.
      { container: { mounts: [bind('/sys/fs/cgroup')] } },
      {
        container: {
          ...{ user: namedUser('', 0), noNewPrivileges: false },
          configuredCapabilities: ['CAP_SYS_ADMIN'],
        },
      },
    ],
    pass: [
      { container: { devices: [], deviceRequests: [], deviceCgroupRules: [] } },
      { container: privileged },
      { container: { devices: ['/dev/null', '/dev/ptmx', '/dev/../dev/urandom'] } },
      { container: { mounts: [bind('/dev/null', { destination: '/etc/motd' })] } },
      { container: { deviceCgroupRules: ['c 1:3 rwm', 'b *:* m'] } },
      { container: { mounts: [bind('/srv/dev'), bind('/devices')] } },
      { container: { mounts: [bind('/sys/fs/cgroup')] }, engine: { remapsUsers: true } },
      { container: { mounts: [bind('/dev/shm'), bind('/dev/log')] } },
      {
        kernel: kernelSays([], {
          limits: read({ ...noLimits, devices: ['c 1:3 rwm', 'b *:* m'] }),
        }),
      },
    ],
    fail: [
      { container: { devices: ['/dev/sda'] } },
      { container: { devices: ['/dev/kmsg', '/dev/null'] } },
      { container: { devices: ['/dev/kvm', '/dev/null'] }, severity: 'medium' },
      {
        container: {
          devices: ['/dev/serial/by-id/usb-Silicon_Labs_CP2102-if00-port0'],
          deviceCgroupRules: ['c 188:* rmw'],
        },
        severity: 'medium',
      },
      // A console of the host, and keyboards among all that is on USB.
      { container: { devices: ['/dev/serial/by-path/platform-serial8250'] } },
      { container: { deviceCgroupRules: ['c 189:* rmw'] } },
      { container: { devices: ['/dev/sda'], closedDevices: ['/dev/sda'] }, severity: 'low' },
      { container: { deviceCgroupRules: ['b 8:* rwm'] } },
      { container: { deviceCgroupRules: ['a *:* m'] } },
      { container: { deviceCgroupRules: ['c 1:3 rwm', 'c 1:1 r'] } },
      { container: { deviceCgroupRules: ['c 5:1 rw', 'c 10:200 rwm'] } },
      { container: { deviceRequests: ['nvidia (all)'] }, severity: 'medium' },
      {
        container: { deviceRequests: ['cdi (1)'] },
        kernel: kernelSays([], { limits: read({ ...noLimits, devices: ['c 195:0 rw'] }) }),
        severity: 'medium',
      },
      {
        container: { deviceRequests: ['cdi (1)'] },
        kernel: kernelSays([], { limits: read({ ...noLimits, devices: ['b 8:0 rw'] }) }),
      },
      // The node is there, and nobody opens it.
      { container: { mounts: [bind('/dev/fuse')] }, severity: 'low' },
      { container: { mounts: [bind('/dev/disk', { isWritable: false })] }, severity: 'low' },
      { container: { mounts: [bind('/dev/kmsg')] }, engine: { isRootless: true } },
      { container: { mounts: [bind('/dev/kmsg')] }, engine: { cgroupDriver: 'none' } },
      { container: { mounts: [bind('/dev/kmsg')] }, engine: { isPodman: true } },
      { container: { ...privileged, mounts: [bind('/dev/sda')] } },
      { container: { mounts: [bind('/dev/sda')], deviceCgroupRules: ['b 8:* rwm'] } },
      { container: { mounts: [bind('/dev/net/tun')] }, severity: 'medium' },
      { container: { devices: ['/dev/dri/renderD128', '/dev/null'] }, severity: 'medium' },
      { container: { devices: ['/dev/snd', '/dev/sda'] } },
      { container: { devices: ['/dev/dri/../sda'] } },
      { container: { mounts: [bind('/dev/pts')] } },
      { container: { mounts: [bind('/dev', { isWritable: false })] } },
      { container: { mounts: [localVolume('devtmpfs', 'udev')] } },
      {
        kernel: kernelSays([], {
          mounts: [kernelMount('/x', { root: '/sda', filesystem: 'devtmpfs', device: '0:5' })],
        }),
      },
      // Somebody opened them since it was started.
      {
        kernel: kernelSays([], { limits: read({ ...noLimits, devices: ['a *:* rwm'] }) }),
      },
      {
        // A link to /dev.
        container: { mounts: [bind('/srv/link')] },
        kernel: kernelSays([], {
          mounts: [kernelMount('/mnt', { filesystem: 'devtmpfs', device: '0:5' })],
        }),
      },
    ],
  },
});

function gradeOf(paths: string[], rules: string[], requests: string[]): Severity {
  if (!rules.every(isOfItselfRule) || !paths.every(isOfItself)) return 'high';
  return requests.length + paths.length + rules.length > 0 ? 'medium' : 'low';
}
