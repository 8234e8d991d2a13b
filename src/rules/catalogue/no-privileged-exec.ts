import { execsFound, privileged } from '../example-facts.ts';
import { judgeExecs } from '../execs.ts';
import { defineRule } from '../rule.ts';

export const noPrivilegedExec = defineRule({
  id: 'no-privileged-exec',
  title: 'Nobody uses docker exec with --privileged',
  subject: 'container',
  severity: 'high',
  pillar: 'privilege',
  controls: ['cis-1.6:5.23', 'cis-1.8:5.23'],
  rationale: 'A privileged exec has every capability and device, even if the container has not.',
  remediation:
    'Keep `docker exec --privileged` to people on call, and have it refused by an authorization plugin.',
  fix: { words: 'End the privileged commands in {}' },
  needs: ['containers'],
  consults: ['execs'],
  judge: (container, _facts, context) =>
    judgeExecs(container, context, {
      isForbidden: ({ isPrivileged }) => isPrivileged,
      noun: 'privileged command',
    }),
  examples: {
    pass: [],
    fail: [
      { execs: execsFound({ isPrivileged: true }) },
      { execs: execsFound({}, { isPrivileged: true, user: 'root' }) },
      { container: privileged, execs: execsFound({ isPrivileged: true }) },
      { container: { state: 'paused' }, execs: execsFound({ isPrivileged: true }) },
    ],
    unknown: [
      {},
      { execs: execsFound() },
      { execs: execsFound({ user: 'root' }) },
      { container: { state: 'exited', finishedAt: '2026-01-01T12:00:00Z' } },
      { container: { state: 'paused' } },
    ],
    'not-applicable': [{ container: { state: 'created', startedAt: null, pid: null } }],
  },
});
