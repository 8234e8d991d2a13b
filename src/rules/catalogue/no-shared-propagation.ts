import { counted, enumerate } from '../../shared/text.ts';
import { inspected } from '../../snapshot/evidence.ts';
import type { MountFact } from '../../snapshot/facts/container.ts';
import { bind, namedVolume } from '../example-facts.ts';
import { mountLine } from '../mounts.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const noSharedPropagation = defineRule({
  id: 'no-shared-propagation',
  title: 'Mounts do not use shared propagation',
  subject: 'container',
  severity: 'medium',
  pillar: 'isolation',
  controls: ['cis-1.6:5.20', 'cis-1.8:5.20'],
  rationale: 'With shared propagation, what the container mounts appears on the host as well.',
  remediation:
    'Drop `:shared` and `:rshared` from the mount; `:rslave` passes mounts of the host inward only.',
  fix: { words: 'Make the mounts of {} private' },
  judge(container) {
    const shared = container.mounts.filter(
      ({ propagation }) => propagation === 'shared' || propagation === 'rshared',
    );
    if (shared.length === 0) {
      const evidence = [inspected('Mounts[].Propagation', container.mounts.map(propagationOf))];
      const message = `has ${counted(container.mounts.length, 'mount')}, none with shared propagation`;
      return pass(message, evidence);
    }
    const destinations = shared.map(({ destination }) => destination);
    return fail(`passes mounts below ${enumerate(destinations)} on to the host`, [
      inspected('Mounts', shared.map(mountLine)),
      inspected('Mounts[].Propagation', shared.map(propagationOf)),
    ]);
  },
  examples: {
    pass: [
      { container: { mounts: [] } },
      { container: { mounts: [bind('/srv/web', { propagation: 'rslave' })] } },
      { container: { mounts: [namedVolume('data', '/data')] } },
    ],
    fail: [
      { container: { mounts: [bind('/srv/web', { propagation: 'rshared' })] } },
      { container: { mounts: [bind('/srv/web', { propagation: 'shared', isWritable: false })] } },
      { container: { mounts: [bind('/srv/a'), bind('/srv/b', { propagation: 'shared' })] } },
    ],
  },
});

const propagationOf = ({ destination, propagation }: MountFact) =>
  `${destination}: ${propagation || 'none'}`;
