import { inspected } from '../../snapshot/evidence.ts';
import type { NamespaceFact } from '../../snapshot/facts/container.ts';
import { mappedBy } from '../control-evidence.ts';
import { hostNamespace, privileged } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { defineRule, fail, pass } from '../rule.ts';

const ownUsers: NamespaceFact = { mode: 'private', resolved: 'private', via: [] };
const withUsers = (userNamespace: NamespaceFact) => ({
  container: { ...privileged, userNamespace },
});

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
  consults: ['engine', 'processes', 'kernel'],
  judge({ id, isPrivileged }, _facts, { controlsOf }) {
    const evidence = [inspected('HostConfig.Privileged', isPrivileged)];
    if (!isPrivileged) return pass('is not privileged', evidence);
    const mapped = mappedBy(controlsOf(id));
    if (mapped === null) return fail('runs privileged', evidence);
    const message = 'runs privileged, with what a user who is not root of the host may';
    return fail(message, [...evidence, ...mapped], { severity: 'high' });
  },
  examples: {
    pass: [{ container: { isPrivileged: false } }],
    fail: [
      { container: privileged },
      { container: { ...privileged, name: 'vanilla' } },
      { container: { ...privileged, state: 'created', startedAt: null, pid: null } },
      { container: privileged, engine: { isRootless: true }, severity: 'high' },
      {
        ...withUsers({ mode: 'auto', resolved: 'private', via: [] }),
        engine: { isPodman: true },
        severity: 'high',
      },
      { ...withUsers(hostNamespace), engine: { remapsUsers: true } },
      // Root may stay itself there.
      { ...withUsers(ownUsers), engine: { isPodman: true } },
      {
        ...withUsers(ownUsers),
        engine: { isPodman: true },
        kernel: kernelSays([kernelProcess()], {
          uidMap: [{ inside: 0, outside: 100_000, count: 65_536 }],
        }),
        severity: 'high',
      },
      {
        ...withUsers({ mode: 'container:abc', resolved: 'host', via: ['shop'] }),
        engine: { isPodman: true },
      },
    ],
  },
});
