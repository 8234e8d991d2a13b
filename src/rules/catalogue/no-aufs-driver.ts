import { engineInfo } from '../../snapshot/evidence.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const noAufsDriver = defineRule({
  id: 'no-aufs-driver',
  title: 'Storage driver is not aufs',
  subject: 'engine',
  severity: 'low',
  pillar: 'engine',
  controls: ['cis-1.6:2.6', 'cis-1.8:2.6'],
  rationale: 'Aufs is not part of the kernel, has crashed it, and was removed in Engine 24.',
  remediation: 'Save the images, set `"storage-driver": "overlay2"` in daemon.json and restart.',
  fix: { words: 'Move {} off the storage driver aufs' },
  needs: ['engine'],
  judge({ storageDriver }) {
    const evidence = [engineInfo('Driver', storageDriver)];
    return storageDriver === 'aufs'
      ? fail('keeps images and containers on aufs', evidence)
      : pass(`keeps images and containers on ${storageDriver}`, evidence);
  },
  examples: {
    pass: [{ engine: { storageDriver: 'overlay2' } }, { engine: { storageDriver: 'zfs' } }],
    fail: [{ engine: { storageDriver: 'aufs' } }],
  },
});
