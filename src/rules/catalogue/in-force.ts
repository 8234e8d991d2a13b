import { labelled, limitsFound, namedUser, privileged, running } from '../example-facts.ts';
import {
  kernelMount,
  kernelProcess,
  kernelSays,
  kernelUnread,
  rootProcess,
  withCapabilities,
} from '../example-kernel.ts';
import { inForceRule } from '../in-force-rule.ts';

const underProfile = {
  engine: { hasAppArmor: true },
  container: { appArmorProfile: 'docker-default' },
};
const web = (label: string) => running(['web', 1000]).map((own) => labelled(own, label));

/** What a container asks for is really in force, control by control. */
export const inForce = [
  inForceRule({
    id: 'capabilities-in-force',
    title: 'Capabilities that a container drops are really gone',
    severity: 'high',
    pillar: 'privilege',
    question: 'no-added-capabilities',
    controls: ['cap-effective', 'cap-permitted', 'cap-bounding', 'cap-ambient'],
    what: 'limited capabilities',
    rationale:
      'With --privileged the engine ignores dropped capabilities, and a process that somebody starts later may hold more than the first one. The configuration then says less than the kernel allows.',
    remediation:
      'Drop `--privileged` and name the capabilities the workload needs; end commands that were started with more (`docker exec --privileged`).',
    fix: { words: 'Make {} lose the capabilities that it drops' },
    examples: {
      pass: [{ kernel: kernelSays([kernelProcess()]) }],
      fail: [
        { container: { ...privileged, droppedCapabilities: ['ALL'] } },
        { kernel: kernelSays([kernelProcess(), withCapabilities('CAP_SYS_ADMIN')]) },
      ],
      unknown: [{}, { kernel: kernelUnread('its process id was given to another') }],
    },
  }),
  inForceRule({
    id: 'limits-in-force',
    title: 'Limits of memory and processes that a container has are really in force',
    severity: 'medium',
    pillar: 'isolation',
    controls: ['memory-limit', 'pids-limit'],
    what: 'limits of memory and processes',
    rationale:
      'The limit in the configuration does not hold if a rootless engine has no control groups, if the kernel has no such controller, or if somebody changed it on the host.',
    remediation:
      'Give the engine cgroup v2 with its controllers (for rootless: systemd delegation), and recreate the container.',
    fix: { words: 'Make the limits of {} hold' },
    examples: {
      pass: [{ limits: limitsFound(268_435_456, 100) }, { limits: limitsFound(33_554_432, 10) }],
      fail: [{ limits: limitsFound(8_589_934_592, 100) }, { limits: limitsFound(null, null) }],
      unknown: [{}, { container: { pid: null, state: 'exited' } }],
      'not-applicable': [
        {
          container: { memoryLimitBytes: 0, pidsLimit: null },
          limits: limitsFound(8_589_934_592, null),
        },
      ],
    },
  }),
  inForceRule({
    id: 'lsm-in-force',
    title: 'An AppArmor or SELinux profile that a container names is really in force',
    severity: 'medium',
    pillar: 'controls',
    controls: ['apparmor', 'selinux'],
    isOneEnough: true,
    what: 'a profile of AppArmor or SELinux',
    rationale:
      'If the kernel has no such module, an engine starts a container with any profile name, even one that does not exist. The profile then protects nothing.',
    remediation:
      'Boot the host with AppArmor or SELinux, and load the profile before the engine starts.',
    fix: { words: 'Put {} under the profile that it names' },
    examples: {
      pass: [{ ...underProfile, processes: web('docker-default (enforce)') }],
      fail: [
        { container: { askedAppArmorProfile: 'docker-default' } },
        { container: { askedSelinuxOptions: ['type:container_t'] } },
        { ...underProfile, processes: web('unconfined') },
      ],
      unknown: [{ engine: { hasAppArmor: true } }],
      'not-applicable': [
        {},
        { processes: web('system_u:system_r:our_own_t:s0') },
        { container: { askedAppArmorProfile: 'unconfined' } },
      ],
    },
  }),
  inForceRule({
    id: 'no-new-privileges-in-force',
    title: 'No-new-privileges that a container asks for is really in force',
    severity: 'high',
    pillar: 'controls',
    question: 'no-new-privileges',
    controls: ['no-new-privileges'],
    what: 'no-new-privileges',
    rationale:
      'A container gets the engine’s default when it is created: containers that are older than the setting run without it.',
    remediation: 'Recreate the container, or run it with `--security-opt no-new-privileges`.',
    fix: { words: 'Make no-new-privileges hold for {}' },
    examples: {
      pass: [{ kernel: kernelSays([kernelProcess()]) }],
      fail: [
        {
          container: { noNewPrivileges: null },
          engine: { hasNoNewPrivilegesDefault: true },
          kernel: kernelSays([kernelProcess({ hasNoNewPrivileges: false })]),
        },
      ],
      unknown: [{}, { container: { runtime: 'runsc' } }],
      'not-applicable': [{ container: { noNewPrivileges: false } }],
    },
  }),
  inForceRule({
    id: 'rootfs-in-force',
    title: 'A read-only root filesystem is really read-only',
    severity: 'medium',
    pillar: 'controls',
    question: 'read-only-rootfs',
    controls: ['rootfs'],
    what: 'a read-only root filesystem',
    rationale:
      'Somebody who can change mounts may have made it writable again. An attacker can then leave files behind.',
    remediation: 'Recreate the container; take `SYS_ADMIN` away from what can reach its mounts.',
    fix: { words: 'Make the root filesystem of {} really read-only' },
    examples: {
      pass: [{ kernel: kernelSays([kernelProcess()]) }],
      fail: [
        {
          kernel: kernelSays([kernelProcess()], {
            mounts: [kernelMount('/', { options: ['rw'] })],
          }),
        },
      ],
      unknown: [{}],
      'not-applicable': [{ container: { hasReadonlyRootfs: false } }],
    },
  }),
  inForceRule({
    id: 'seccomp-in-force',
    title: 'A seccomp profile that a container has is really in force',
    severity: 'high',
    pillar: 'controls',
    question: 'no-seccomp-off',
    controls: ['seccomp'],
    what: 'a seccomp profile',
    rationale:
      'With --privileged the engine silently ignores the profile. Containers that started under another default of the engine may have none.',
    remediation: 'Drop `--privileged`; recreate the container after the engine’s default changed.',
    fix: { words: 'Make the seccomp profile of {} hold' },
    examples: {
      pass: [{ kernel: kernelSays([kernelProcess()]) }],
      fail: [
        { container: { ...privileged, seccomp: 'custom' }, engine: { version: '26.1.5' } },
        { kernel: kernelSays([kernelProcess({ seccompMode: 0, seccompFilters: 0 })]) },
      ],
      unknown: [{}, { container: { pid: null, state: 'exited' } }],
      'not-applicable': [{ container: { seccomp: 'unconfined' } }],
    },
  }),
  inForceRule({
    id: 'user-in-force',
    title: 'A container that is not to run as root has no root process',
    severity: 'high',
    pillar: 'privilege',
    question: 'no-root-user',
    controls: ['user'],
    what: 'a user that is not root',
    rationale:
      'The start command may use a set-uid file, another process may keep root, or the name of the user may be uid 0 in the container’s own user list.',
    remediation:
      'Run with `--security-opt no-new-privileges`, remove set-uid files from the image and set a numeric `USER`.',
    fix: { words: 'Remove the root processes from {}' },
    examples: {
      pass: [{ processes: running(['web', 1000]) }, { kernel: kernelSays([kernelProcess()]) }],
      fail: [
        { processes: running(['web', 1000], ['su', 0]) },
        { kernel: kernelSays([kernelProcess(), rootProcess]) },
      ],
      unknown: [{}, { container: { pid: null, state: 'exited' } }],
      'not-applicable': [{ container: { user: namedUser('', 0) }, processes: running(['web', 0]) }],
    },
  }),
] as const;
