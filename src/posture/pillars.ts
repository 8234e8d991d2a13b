/** What makes a host secure, weakest first in the order in which one should look. */
export const pillarIds = ['privilege', 'isolation', 'controls', 'engine', 'images'] as const;
export type PillarId = (typeof pillarIds)[number];

export interface Pillar {
  title: string;
  /** Points of 100. */
  weight: number;
  /**
   * Ids of its rules. Those in a list of their own ask one question of many files or settings and
   * together weigh what the heaviest of them weighs.
   */
  rules: readonly (string | readonly string[])[];
}

const auditedPlaces = [
  ...['dockerd-binary', 'containerd-run-dir', 'data-root', 'etc-docker', 'docker-service'],
  ...['containerd-socket', 'docker-socket', 'default-docker', 'daemon-json', 'containerd-config'],
  ...['sysconfig-docker', 'containerd-binary', 'containerd-shim-binary'],
  ...['containerd-shim-runc-v1-binary', 'containerd-shim-runc-v2-binary', 'runc-binary'],
];
const guardedFiles = [
  ...['docker-service', 'docker-socket-unit', 'etc-docker', 'registry-cert', 'tls-ca', 'tls-cert'],
  ...['tls-key', 'docker-socket', 'daemon-json', 'default-docker', 'sysconfig-docker'],
  ...['containerd-socket'],
];

/** Every rule of the catalogue stands in exactly one pillar; a test holds the two together. */
export const pillars: Readonly<Record<PillarId, Pillar>> = {
  privilege: {
    title: 'Privilege',
    weight: 30,
    rules: [
      ...['no-privileged-container', 'no-docker-socket-mount', 'no-sensitive-mount'],
      ['no-added-capabilities', 'capabilities-in-force'],
      ['no-root-user', 'user-in-force'],
      ...[
        'no-host-device',
        'no-public-port',
        'no-privileged-port',
        'declared-ports-only',
        'no-sshd',
      ],
      ['no-privileged-exec', 'no-stronger-exec'],
      ...['no-root-exec', 'no-env-secret'],
    ],
  },
  isolation: {
    title: 'Isolation',
    weight: 25,
    rules: [
      ...['no-host-network', 'no-host-pid', 'no-host-ipc', 'no-host-uts', 'no-host-userns'],
      ...['userns-remap', 'rootless-engine', 'no-default-bridge', 'default-bridge-icc-off'],
      ...['no-shared-propagation', 'memory-limit', 'cpu-limit', 'pids-limit', 'restart-limit'],
      ['cgroup-parent-intended', 'default-cgroup-parent'],
      ...['limits-in-force', 'runtime-as-named'],
    ],
  },
  controls: {
    title: 'Controls',
    weight: 20,
    rules: [
      ['no-seccomp-off', 'seccomp-in-force'],
      ...['engine-seccomp-profile', 'apparmor-profile', 'selinux-label', 'lsm-in-force'],
      ['no-new-privileges', 'no-new-privileges-in-force'],
      'no-new-privileges-default',
      ['read-only-rootfs', 'rootfs-in-force'],
      'no-unmasked-system-path',
      ['default-ulimits', 'ulimit-override-intended'],
    ],
  },
  engine: {
    title: 'Engine',
    weight: 15,
    rules: [
      ...['no-tcp-without-mtls', 'docker-group-trusted', 'authorization-plugin'],
      ...['supported-engine-version', 'hardened-host-os', 'no-insecure-registry'],
      ...['data-root-own-filesystem', 'firewall-managed', 'userland-proxy-off', 'live-restore'],
      ...['log-level-info', 'remote-logging', 'no-experimental-features'],
      ['no-aufs-driver', 'no-devicemapper-driver', 'devicemapper-base-size'],
      auditedPlaces.map((place) => `audit-${place}`),
      guardedFiles.flatMap((file) => [`${file}-owner`, `${file}-mode`]),
      ...['swarm-mode-intended', 'swarm-manager-count', 'swarm-port-bound', 'overlay-encrypted'],
      ...['swarm-secrets-used', 'swarm-autolock', 'swarm-planes-separated'],
      ['swarm-unlock-key-rotated', 'swarm-node-cert-expiry', 'swarm-ca-rotated'],
    ],
  },
  images: {
    title: 'Images',
    weight: 10,
    rules: [
      ...['image-user-set', 'no-image-secret', 'no-mutable-tag', 'current-image', 'image-rebuilt'],
      ...['trusted-image-source', 'no-unneeded-setuid', 'no-unneeded-package'],
      ['healthcheck', 'image-healthcheck'],
      ['no-lone-index-update', 'no-add-instruction'],
      ['content-trust', 'image-signature-verified', 'verified-packages'],
      ['no-image-sprawl', 'no-container-sprawl'],
    ],
  },
};

export interface Place {
  pillar: PillarId;
  /** Rules with the same one share a weight; the id of the first of them. */
  question: string;
}

const places = new Map(
  pillarIds.flatMap((pillar) =>
    pillars[pillar].rules.flatMap((entry): [string, Place][] => {
      const rules = typeof entry === 'string' ? [entry] : entry;
      return rules.map((rule) => [rule, { pillar, question: rules[0] ?? rule }]);
    }),
  ),
);

/** Where a rule counts; undefined for one that stands in no pillar. */
export const placeOf = (rule: string): Place | undefined => places.get(rule);
