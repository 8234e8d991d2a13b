import { engineInfo } from '../../snapshot/evidence.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const noDevicemapperDriver = defineRule({
  id: 'no-devicemapper-driver',
  title: 'Storage driver is not devicemapper',
  subject: 'engine',
  severity: 'low',
  pillar: 'engine',
  question: 'no-aufs-driver',
  controls: ['cis-1.8:2.7'],
  rationale:
    'Nobody maintains devicemapper any more, and Engine 25 cannot read what is kept in it.',
  remediation: 'Save the images, set `"storage-driver": "overlay2"` in daemon.json and restart.',
  fix: { words: 'Move {} off the storage driver devicemapper' },
  needs: ['engine'],
  judge({ storageDriver }) {
    const evidence = [engineInfo('Driver', storageDriver)];
    return storageDriver === 'devicemapper'
      ? fail('keeps images and containers on devicemapper', evidence)
      : pass(`keeps images and containers on ${storageDriver}`, evidence);
  },
  examples: {
    pass: [{ engine: { storageDriver: 'overlay2' } }, { engine: { storageDriver: 'aufs' } }],
    fail: [{ engine: { storageDriver: 'devicemapper' } }],
  },
});
