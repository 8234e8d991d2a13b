import { type ComponentBranch, knownBranches, knownDistributions } from './component-branches.ts';
import { sensitiveFolders } from './dangerous-places.ts';

/** One thing that a team decides, with what Seawall assumes as long as nobody said anything. */
export interface PolicySetting<T> {
  /** `null`: nobody said, and a rule that needs the answer is unknown. */
  default: T;
  /** What it says, for the settings page. */
  meaning: string;
  /** Why this default and no other. */
  reason: string;
}

/** Highest values of one ulimit that are accepted; -1 is unlimited. */
export interface AcceptedUlimit {
  soft: number;
  hard: number;
}

const setting = <T>(value: T, meaning: string, reason: string): PolicySetting<T> => ({
  default: value,
  meaning,
  reason,
});

/** By the stable name of a container: compose `project/service`, swarm service, or its name. */
type ByContainer<T> = Readonly<Record<string, readonly T[]>>;

/** Everything a team may decide, where facts alone cannot tell right from wrong. */
export const policySettings = {
  registries: setting<readonly string[] | null>(
    null,
    'Registries and repositories that images may come from, e.g. `registry.example/team`.',
    'Every team has its own; a guess would call foreign images trusted.',
  ),
  allowsLocalImages: setting<boolean | null>(
    null,
    'Whether images built on the host itself may run.',
    'Normal on a build host, a way around the registry on another.',
  ),
  imageAgeDaysMax: setting<number | null>(
    null,
    'Days after which an image must have been built anew.',
    'A good limit follows how often a team ships.',
  ),
  movingTags: setting<readonly string[]>(
    ['latest'],
    'Tags that name another image tomorrow.',
    'The one tag that moves by convention; a version may be as fixed as its owner keeps it.',
  ),
  sensitivePaths: setting<readonly string[]>(
    sensitiveFolders,
    'Host paths that no container should see, with everything below and above them. The folder of the engine’s data and `.ssh` in the homes of users and the sockets of their sessions count in any case; a mount of `/home` itself, or of the whole home of a user, is unknown unless it is named here.',
    'Writing there changes how the host boots, authenticates or runs programs.',
  ),
  firstUnprivilegedPort: setting(
    1024,
    'First host port that needs no privilege (`ip_unprivileged_port_start`).',
    "The kernel's own default since 4.11.",
  ),
  privilegedPortExceptions: setting<ByContainer<number>>(
    {},
    'Host ports below it that a container may publish, e.g. `{edge/proxy: [80, 443]}`.',
    'None is needed as long as nobody says which proxy owns the low ports.',
  ),
  declaredPorts: setting<ByContainer<string> | null>(
    null,
    'Ports that each container may open, e.g. `{shop/web: [8080/tcp]}`.',
    'What an application must open is known to its owner alone.',
  ),
  restartAttemptsMax: setting(
    5,
    'Attempts that a restart policy may make.',
    'Enough for a dependency that starts late; more hides a crash loop.',
  ),
  allowsUnlimitedRestart: setting(
    false,
    'Whether `always`, `unless-stopped` and `on-failure` without a limit are accepted.',
    'Endless restarts hide crashes and give an attacker another try each time.',
  ),
  ulimits: setting<Readonly<Record<string, AcceptedUlimit>> | null>(
    null,
    'Highest accepted ulimits by name, e.g. `{nofile: {soft: 1024, hard: 4096}}`.',
    'A database needs other limits than a web server.',
  ),
  cgroupParents: setting<readonly string[] | null>(
    null,
    'Cgroup parents that containers may be put under.',
    'The limits of a parent cgroup are known to whoever made it.',
  ),
  seccompProfiles: setting<readonly string[] | null>(
    null,
    'Paths of engine-wide seccomp profiles that are accepted.',
    'The API shows the path of a profile and not what it forbids.',
  ),
  logDrivers: setting<readonly string[]>(
    ['syslog', 'gelf', 'fluentd', 'splunk', 'awslogs', 'gcplogs'],
    'Log drivers that count as leaving the host; `syslog` only with a remote address.',
    'These send to another machine; `journald` does only if someone forwards the journal.',
  ),
  hasLogCollector: setting(
    false,
    'Whether a collector on each host sends away what log drivers hand to the host itself.',
    'Who listens at an address of the host, and what becomes of the logs there, the engine does not tell.',
  ),
  wantsRootless: setting(
    true,
    'Whether an engine that runs as root is a finding.',
    'Root is what a break-out of the engine ends in; a team that needs it may say so.',
  ),
  isSwarmWanted: setting<boolean | null>(
    null,
    'Whether engines are meant to be members of a swarm.',
    'Swarm opens ports and is either the purpose of a host or a leftover.',
  ),
  swarmManagersMax: setting(
    7,
    'Managers that a swarm may have.',
    'More do not survive more failures in practice and slow every change down.',
  ),
  swarmNodeCertificateDaysMax: setting(
    90,
    'Days that the certificate of a swarm node may be valid.',
    "Swarm's own default; longer keeps a stolen key useful for longer.",
  ),
  swarmCaAgeDaysMax: setting(
    365,
    'Days after which the CA of a swarm must have been rotated.',
    'It is valid for twenty years; once a year is a rhythm that people keep.',
  ),
  trustedDockerGroupUsers: setting<readonly string[] | null>(
    null,
    'Users who may be in the group of the engine socket.',
    'Each of them is as good as root; only the team knows who is meant.',
  ),
  componentBranches: setting<readonly ComponentBranch[]>(
    knownBranches,
    'Release branches of Engine, containerd and runc: end of support, and oldest release that is accepted.',
    'As published by the projects in spring 2026; a branch that is missing is unknown, not outdated.',
  ),
  distributions: setting<Readonly<Record<string, string>>>(
    knownDistributions,
    'Parts of a version by which a distribution that patches by itself is told, with its name.',
    'Its package may hold fixes that the version does not show, so its age proves nothing.',
  ),
  imagesInUseShareMin: setting(
    0.5,
    'Share of the images on a host that must be in use, 0 to 1.',
    'With more than half of them unused nobody has cleaned up for long.',
  ),
  acceptedSetUidFiles: setting<readonly string[]>(
    [
      '/sbin/unix_chkpwd set-gid 42',
      '/usr/bin/chage set-gid 42',
      '/usr/bin/expiry set-gid 42',
      '/usr/sbin/unix_chkpwd set-gid 42',
    ],
    'Files of images that may have set-uid, set-gid or capabilities, as the evidence writes them, e.g. `/usr/bin/ping CAP_NET_RAW`; nothing else that the same path may give is accepted.',
    'Three helpers of Debian that read the password file for their own user and make nobody root.',
  ),
  stoppedContainersMax: setting(
    25,
    'Stopped containers that may lie on a host.',
    'A deployment leaves a few; beyond that nobody knows what is still needed.',
  ),
  stoppedContainerAgeDaysMax: setting(
    90,
    'Days that a container may stay stopped.',
    'Longer than any job that runs once a quarter would wait.',
  ),
} satisfies Record<string, PolicySetting<unknown>>;

type PolicySettings = typeof policySettings;

/**
 * What a team wants, where facts alone cannot tell right from wrong. `null` means that nobody said:
 * a rule that needs the answer is then unknown. Each key is explained in `policySettings`.
 */
export type Policy = { readonly [K in keyof PolicySettings]: PolicySettings[K]['default'] };

/** The policy of a team that said nothing. */
export const defaultPolicy = Object.fromEntries(
  Object.entries(policySettings).map(([key, { default: value }]) => [key, value]),
) as Policy;
