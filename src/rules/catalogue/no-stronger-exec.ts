import { execsFound, namedUser } from '../example-facts.ts';
import { inForceRule } from '../in-force-rule.ts';

export const noStrongerExec = inForceRule({
  id: 'no-stronger-exec',
  title: 'No command runs in a container with more power than the container',
  severity: 'high',
  pillar: 'privilege',
  question: 'no-privileged-exec',
  controls: ['exec-sessions'],
  what: 'commands with no more power than its own',
  rationale:
    'A command that somebody starts later keeps the seccomp filter of the container and nothing else: it may be root with every capability.',
  remediation:
    'End it (`docker exec` without `--privileged` and `--user root`), and keep exec to people on call.',
  fix: { words: 'End the commands in {} that have more power than it' },
  examples: {
    pass: [
      { execs: execsFound() },
      { execs: execsFound({ user: '1000' }) },
      { container: { user: namedUser('app', 1000) }, execs: execsFound({ user: 'app:www' }) },
      { container: { user: namedUser('', 0) }, execs: execsFound({ user: 'toor' }) },
    ],
    fail: [
      { execs: execsFound({ isPrivileged: true }) },
      { execs: execsFound({}, { user: 'root' }) },
      { execs: execsFound({ user: '+0' }) },
      { execs: execsFound({ user: 'toor' }, { user: '-0' }) },
    ],
    unknown: [
      {},
      { execs: execsFound({ user: 'toor' }) },
      { container: { user: namedUser('app', 1000) }, execs: execsFound({ user: 'toor' }) },
    ],
  },
});
