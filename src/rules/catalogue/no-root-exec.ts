import { unwatchedExecs } from '../execs.ts';
import { defineRule } from '../rule.ts';

export const noRootExec = defineRule({
  id: 'no-root-exec',
  title: 'Nobody uses docker exec as root',
  subject: 'container',
  severity: 'low',
  pillar: 'privilege',
  controls: ['cis-1.6:5.24', 'cis-1.8:5.24'],
  rationale:
    'A root shell in a container that runs as an ordinary user undoes what that user was for.',
  remediation: 'Run `docker exec --user 1000`, or set the user in the image.',
  fix: { words: 'End the root commands in {}' },
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
