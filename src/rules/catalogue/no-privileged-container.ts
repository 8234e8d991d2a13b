import { inspected } from '../../snapshot/evidence.ts';
import { privileged } from '../example-facts.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const noPrivilegedContainer = defineRule({
  id: 'no-privileged-container',
  title: 'Containers do not run privileged',
  subject: 'container',
  severity: 'critical',
  pillar: 'privilege',
  controls: ['cis-1.6:5.5', 'cis-1.8:5.5'],
  rationale:
    'A privileged container has every capability and every host device: a break-out needs no bug.',
  remediation: 'Drop `--privileged`; add the single capability or device the workload needs.',
  fix: {
    words: 'Run {} without --privileged',
    change: () => ({
      run: 'leave out --privileged',
      compose: 'privileged: false',
    }),
  },
  facet: 'privileged',
  needs: ['containers'],
  judge(container) {
    const evidence = [inspected('HostConfig.Privileged', container.isPrivileged)];
    return container.isPrivileged
      ? fail('runs privileged', evidence)
      : pass('is not privileged', evidence);
  },
  examples: {
    pass: [{ container: { isPrivileged: false } }],
    fail: [
      { container: privileged },
      { container: { ...privileged, name: 'vanilla' } },
      { container: { ...privileged, state: 'created', startedAt: null, pid: null } },
    ],
  },
});
