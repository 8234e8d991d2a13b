import { judgeNamespace } from '../control-evidence.ts';
import { hostNamespace, joinedNamespace } from '../example-facts.ts';
import { defineRule } from '../rule.ts';

export const noHostIpc = defineRule({
  id: 'no-host-ipc',
  title: 'Containers do not share the host IPC namespace',
  subject: 'container',
  severity: 'medium',
  pillar: 'isolation',
  controls: ['cis-1.6:5.17', 'cis-1.8:5.17'],
  rationale: 'Such a container reads and writes the shared memory of programs on the host.',
  remediation:
    'Drop `--ipc host`; let the containers that work together share one with `--ipc shareable` and `--ipc container:<name>`.',
  fix: {
    words: 'Give {} its own IPC namespace',
    change: () => ({ run: 'leave out --ipc host', compose: 'remove ipc: host' }),
  },
  facet: 'host-ipc',
  needs: ['containers'],
  consults: ['processes'],
  judge: ({ id }, _facts, { controlsOf }) => judgeNamespace(controlsOf(id), 'ns-ipc', 'IPC'),
  examples: {
    pass: [
      { container: { ipcNamespace: { mode: '', resolved: 'private', via: [] } } },
      { container: { ipcNamespace: { mode: 'shareable', resolved: 'private', via: [] } } },
      { container: { ipcNamespace: joinedNamespace('shared', 'proxy') } },
    ],
    fail: [
      { container: { ipcNamespace: hostNamespace } },
      { container: { ipcNamespace: joinedNamespace('host', 'agent') } },
      { container: { ipcNamespace: joinedNamespace('host', 'helper', 'agent') } },
      { container: { ipcNamespace: hostNamespace, state: 'exited' } },
    ],
    unknown: [
      { container: { ipcNamespace: joinedNamespace('unknown') } },
      { container: { ipcNamespace: joinedNamespace('unknown', 'one', 'other') } },
    ],
  },
});
