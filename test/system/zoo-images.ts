import { baseImage } from '../support/real-engine.ts';

export interface ZooImage {
  tag: string;
  dockerfile: string;
  fails: readonly string[];
  /** What is unknown beside `imageUnknown`; nothing when omitted. */
  unknown?: readonly string[];
  /** No container is made from it. */
  isUnused?: boolean;
}

export const zooImages: readonly ZooImage[] = [
  {
    tag: 'zero:1.0',
    dockerfile: `FROM ${baseImage}\nUSER 0:0\n`,
    fails: ['image-healthcheck', 'image-user-set'],
  },
  {
    tag: 'named:1.0',
    dockerfile: `FROM ${baseImage}\nUSER www\n`,
    fails: ['image-healthcheck'],
  },
  {
    tag: 'alias:1.0',
    dockerfile: `FROM ${baseImage}\nUSER toor\n`,
    fails: ['image-healthcheck', 'image-user-set'],
  },
  {
    tag: 'healthy:1.0',
    dockerfile: `FROM ${baseImage}\nUSER 1000\nHEALTHCHECK --interval=1h CMD true\n`,
    fails: [],
  },
  {
    tag: 'health-off:1.0',
    dockerfile: `FROM ${baseImage}\nUSER 1000\nHEALTHCHECK NONE\n`,
    fails: ['image-healthcheck'],
  },
  {
    tag: 'secretive:1.0',
    dockerfile: `FROM ${baseImage}\nUSER 1000\nENV AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzooKEY000000\n`,
    fails: ['image-healthcheck', 'no-image-secret'],
  },
  {
    tag: 'late-update:1.0',
    // A program of that name will do: the rule reads the build steps.
    dockerfile: `FROM ${baseImage}\nRUN busybox touch /bin/apt-get && busybox chmod +x /bin/apt-get\nRUN apt-get update\nUSER 1000\n`,
    fails: ['image-healthcheck', 'no-lone-index-update'],
  },
  {
    tag: 'macaddress:1.0',
    dockerfile: `FROM ${baseImage}\nENV MACADDRESS=1\nUSER 1000\n`,
    fails: ['image-healthcheck'],
  },
  {
    tag: 'floating:latest',
    dockerfile: `FROM ${baseImage}\nUSER 1000\n`,
    fails: ['image-healthcheck'],
  },
  {
    tag: 'unused:1.0',
    dockerfile: `FROM ${baseImage}\nLABEL used=never\n`,
    fails: [],
    isUnused: true,
  },
];

/** An image that was imported has no build steps to look at. */
export const importedImage: Omit<ZooImage, 'dockerfile'> = {
  tag: baseImage,
  fails: ['image-healthcheck', 'image-user-set'],
  unknown: ['no-add-instruction', 'no-lone-index-update'],
};

/** What takes a setting, a person or another level of evidence, for every image in use. */
export const imageUnknown: readonly string[] = [
  'image-rebuilt',
  'image-signature-verified',
  'no-unneeded-package',
  'trusted-image-source',
  'verified-packages',
];

/** A fresh engine, in which nothing is set. */
export const engineFails: readonly string[] = [
  'authorization-plugin',
  'default-bridge-icc-off',
  'live-restore',
  'no-new-privileges-default',
  'remote-logging',
  'rootless-engine',
  'userns-remap',
];
/** These stand in its files, which the API does not show, or take a setting of Seawall's. */
export const engineUnknown: readonly string[] = [
  'default-cgroup-parent',
  'default-ulimits',
  'firewall-managed',
  'log-level-info',
  'no-tcp-without-mtls',
  'userland-proxy-off',
];
