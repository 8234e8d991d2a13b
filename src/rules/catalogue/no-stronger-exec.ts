import { execsFound, namedUser, running } from '../example-facts.ts';
import { kernelProcess, kernelSays, withCapabilities } from '../example-kernel.ts';
import { inForceRule } from '../in-force-rule.ts';

/** A process that a privileged command has left behind. */
const left = {
  ...withCapabilities('CAP_SYS_ADMIN'),
  ...{ pid: 4300, name: 'sh', uidMap: [{ inside: 0, outside: 0, count: 4_294_967_295 }] },
};
/** Nothing that a command can have left behind. */
const alone = running(['app', 1000]);

export const noStrongerExec = inForceRule({
  id: 'no-stronger-exec',
  title: 'No command runs in a container with more power than the container',
  severity: 'high',
  pillar: 'privilege',
  question: 'no-privileged-exec',
  controls: ['exec-sessions'],
  what: 'commands with no more power than its own',
  broken: 'runs a command with more power than its own',
  rationale:
    'A command that somebody starts later keeps the seccomp filter of the container and nothing else: it may be root with every capability.',
  remediation:
    'End it (`docker exec` without `--privileged` and `--user root`), and keep exec to people on call.',
  fix: { words: 'End the commands in {} that have more power than it' },
  examples: {
    pass: [
      { execs: execsFound(), processes: alone },
      { execs: execsFound({ user: '1000' }), processes: alone },
      {
        container: { user: namedUser('app', 1000) },
        execs: execsFound({ user: 'app:www' }),
        processes: alone,
      },
      {
        container: { user: namedUser('', 0) },
        execs: execsFound({ user: 'toor' }),
        processes: running(['app', 0]),
      },
    ],
    fail: [
      { execs: execsFound({ isPrivileged: true }) },
      { execs: execsFound({}, { user: 'root' }) },
      { execs: execsFound({ user: '+0' }) },
      { execs: execsFound({ user: 'toor' }, { user: '-0' }) },
      { execs: execsFound(), kernel: kernelSays([kernelProcess(), left]) },
    ],
    unknown: [
      {},
      { execs: execsFound(), processes: running(['app', 1000], ['worker', 1000]) },
      { execs: execsFound({ user: 'toor' }) },
      { container: { user: namedUser('app', 1000) }, execs: execsFound({ user: 'toor' }) },
    ],
  },
});
