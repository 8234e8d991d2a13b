import { judgeNamespace } from '../control-evidence.ts';
import { hostNamespace, joinedNamespace } from '../example-facts.ts';
import { defineRule } from '../rule.ts';

export const noHostPid = defineRule({
  id: 'no-host-pid',
  title: 'Containers do not share the host PID namespace',
  subject: 'container',
  severity: 'high',
  pillar: 'isolation',
  controls: ['cis-1.6:5.16', 'cis-1.8:5.16'],
  rationale:
    'Such a container sees every process of the host, may signal those of its own uid, and with one more capability reads their memory.',
  remediation:
    'Drop `--pid host`; join a single container with `--pid container:<name>` where a tool must look at one.',
  fix: {
    words: 'Give {} its own PID namespace',
    change: () => ({ run: 'leave out --pid host', compose: 'remove pid: host' }),
  },
  facet: 'host-pid',
  needs: ['containers'],
  consults: ['processes'],
  judge: ({ id }, _facts, { controlsOf }) => judgeNamespace(controlsOf(id), 'ns-pid', 'PID'),
  examples: {
    pass: [
      { container: { pidNamespace: { mode: '', resolved: 'private', via: [] } } },

      { container: { pidNamespace: joinedNamespace('shared', 'proxy') } },
    ],
    fail: [
      { container: { pidNamespace: hostNamespace } },
      { container: { pidNamespace: joinedNamespace('host', 'agent') } },
      { container: { pidNamespace: joinedNamespace('host', 'helper', 'agent') } },
      { container: { pidNamespace: hostNamespace, state: 'exited' } },
    ],
    unknown: [
      { container: { pidNamespace: joinedNamespace('unknown') } },
      { container: { pidNamespace: joinedNamespace('unknown', 'one', 'other') } },
    ],
  },
});
