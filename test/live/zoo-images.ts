import { baseImage } from '../support/real-engine.ts';

export interface ZooImage {
  tag: string;
  dockerfile: string;
  fails: readonly string[];
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
  },
];

/** The image that the others are built from. */
export const baseImageFails: readonly string[] = ['image-healthcheck', 'image-user-set'];

/** A fresh engine: nothing is set in it, and its API does not show its listeners. */
export const engineFails: readonly string[] = [
  'authorization-plugin',
  'default-bridge-icc-off',
  'live-restore',
  'no-new-privileges-default',
  'userns-remap',
];
export const engineUnknown: readonly string[] = ['no-tcp-without-mtls'];
