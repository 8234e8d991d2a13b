import { execsFound, namedUser } from '../example-facts.ts';
import { judgeExecs } from '../execs.ts';
import { defineRule } from '../rule.ts';

export const noRootExec = defineRule({
  id: 'no-root-exec',
  title: 'Nobody uses docker exec as root',
  subject: 'container',
  severity: 'low',
  pillar: 'privilege',
  controls: ['cis-1.6:5.24', 'cis-1.8:5.24'],
  rationale:
    'The container runs as an ordinary user for protection. A root shell in it removes that protection.',
  remediation: 'Run `docker exec --user 1000`, or set the user in the image.',
  fix: { words: 'End the root commands in {}' },
  needs: ['containers'],
  consults: ['execs'],
  judge: (container, _facts, context) =>
    judgeExecs(container, context, {
      isForbidden({ user }) {
        // Who asked for no user did not ask for root.
        if (user === '') return false;
        const uid = context.controlsOf(container.id).uidOf(user);
        return uid === null ? null : uid === 0;
      },
      noun: 'root command',
      otherwise: 'no-root-user',
    }),
  examples: {
    pass: [],
    fail: [
      { execs: execsFound({ user: 'root' }) },
      { execs: execsFound({}, { user: '0:0' }) },
      { execs: execsFound({ user: '+0' }) },
      { execs: execsFound({ user: '-0:1000' }) },
      { container: { user: namedUser('', 0) }, execs: execsFound({ user: 'root' }) },
      { container: { user: namedUser('toor', 0) }, execs: execsFound({ user: 'toor:app' }) },
    ],
    unknown: [
      {},
      { execs: execsFound() },
      { execs: execsFound({ user: 'toor' }) },
      { execs: execsFound({ user: '1000' }, { isPrivileged: true }) },
      // The container's own user is not one that somebody asked for.
      { container: { user: namedUser('', 0) }, execs: execsFound({ user: '' }) },
      { container: { state: 'exited', finishedAt: '2026-01-01T12:00:00Z' } },
      { container: { state: 'paused' } },
    ],
    'not-applicable': [{ container: { state: 'created', startedAt: null, pid: null } }],
  },
});
