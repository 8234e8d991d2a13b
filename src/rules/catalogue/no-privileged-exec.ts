import { unwatchedExecs } from '../execs.ts';
import { defineRule } from '../rule.ts';

export const noPrivilegedExec = defineRule({
  id: 'no-privileged-exec',
  title: 'Nobody uses docker exec with --privileged',
  subject: 'container',
  severity: 'high',
  pillar: 'privilege',
  controls: ['cis-1.6:5.23', 'cis-1.8:5.23'],
  rationale:
    'A privileged exec has every capability and device at hand, whatever the container itself may do.',
  remediation:
    'Keep `docker exec --privileged` to people on call, and have it refused by an authorization plugin.',
  fix: { words: 'End the privileged commands in {}' },
  needs: ['containers'],
  judge: unwatchedExecs,
  examples: {
    pass: [],
    fail: [],
    unknown: [
      {},
      { container: { state: 'exited', finishedAt: '2026-01-01T12:00:00Z' } },
      { container: { state: 'paused' } },
    ],
    'not-applicable': [{ container: { state: 'created', startedAt: null, pid: null } }],
  },
});
