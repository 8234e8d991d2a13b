import { engineInfo } from '../../snapshot/evidence.ts';
import { defineRule, fail, notApplicable, pass, type Rule, unknown } from '../rule.ts';

/** 10 GiB, which engines show as `10.74GB`. */
const DEFAULT_BYTES = 10_740_000_000;

export const storageDrivers = [
  defineRule({
    id: 'devicemapper-base-size',
    title: 'Base size of devicemapper is its default',
    subject: 'engine',
    severity: 'low',
    pillar: 'engine',
    question: 'no-aufs-driver',
    controls: ['cis-1.6:2.11', 'cis-1.8:2.12'],
    rationale: 'With a larger base each container can fill more of the shared disk.',
    remediation:
      'Remove `dm.basesize` from `"storage-opts"` in daemon.json, better move to overlay2 altogether.',
    fix: { words: 'Set the base size of devicemapper back in {}' },
    judge({ storageDriver, devicemapperBaseBytes }) {
      const evidence = [
        engineInfo('Driver', storageDriver),
        engineInfo('DriverStatus[Base Device Size]', devicemapperBaseBytes),
      ];
      if (storageDriver !== 'devicemapper') {
        return notApplicable('does not use devicemapper', evidence);
      }
      if (devicemapperBaseBytes === null) return unknown('does not show the base size', evidence);
      return devicemapperBaseBytes > DEFAULT_BYTES
        ? fail('has a raised base size', evidence)
        : pass('has the default base size', evidence);
    },
    examples: {
      pass: [{ engine: { storageDriver: 'devicemapper', devicemapperBaseBytes: 10_740_000_000 } }],
      fail: [{ engine: { storageDriver: 'devicemapper', devicemapperBaseBytes: 53_690_000_000 } }],
      unknown: [{ engine: { storageDriver: 'devicemapper', devicemapperBaseBytes: null } }],
      'not-applicable': [{ engine: { storageDriver: 'overlay2' } }],
    },
  }),
  oldDriver('aufs', 'zfs', {
    controls: ['cis-1.6:2.6', 'cis-1.8:2.6'],
    rationale: 'Aufs is not part of the kernel, has crashed it, and was removed in Engine 24.',
  }),
  oldDriver('devicemapper', 'aufs', {
    question: 'no-aufs-driver',
    controls: ['cis-1.8:2.7'],
    rationale:
      'Nobody maintains devicemapper any more, and Engine 25 cannot read what is kept in it.',
  }),
] as const;

/** A rule that wants any driver but this one; `other` is one of these. */
function oldDriver(
  name: string,
  other: string,
  declared: Pick<Rule, 'question' | 'controls' | 'rationale'>,
): Rule<'engine', 'engine', never> {
  return defineRule({
    ...declared,
    id: `no-${name}-driver`,
    title: `Storage driver is not ${name}`,
    subject: 'engine',
    severity: 'low',
    pillar: 'engine',
    remediation: 'Save the images, set `"storage-driver": "overlay2"` in daemon.json and restart.',
    fix: { words: `Move {} off the storage driver ${name}` },
    judge({ storageDriver }) {
      const evidence = [engineInfo('Driver', storageDriver)];
      const message = `keeps images and containers on ${storageDriver}`;
      return storageDriver === name ? fail(message, evidence) : pass(message, evidence);
    },
    examples: {
      pass: [{ engine: { storageDriver: 'overlay2' } }, { engine: { storageDriver: other } }],
      fail: [{ engine: { storageDriver: name } }],
    },
  });
}
