import { judgeNamespace } from '../control-evidence.ts';
import { hostNamespace } from '../example-facts.ts';
import { defineRule } from '../rule.ts';

export const noHostUts = defineRule({
  id: 'no-host-uts',
  title: 'Containers do not share the host UTS namespace',
  subject: 'container',
  severity: 'low',
  pillar: 'isolation',
  controls: ['cis-1.6:5.21', 'cis-1.8:5.21'],
  rationale: 'Such a container can rename the host, which confuses logs and certificates.',
  remediation: 'Drop `--uts host`; set a name with `--hostname` where one is needed.',
  fix: {
    words: 'Give {} its own host name',
    change: () => ({ run: 'leave out --uts host', compose: 'remove uts: host' }),
  },
  facet: 'host-uts',
  needs: ['containers'],
  consults: ['processes'],
  judge: ({ id }, _facts, { controlsOf }) => judgeNamespace(controlsOf(id), 'ns-uts', 'UTS'),
  examples: {
    pass: [{ container: { utsNamespace: { mode: '', resolved: 'private', via: [] } } }],
    fail: [{ container: { utsNamespace: hostNamespace } }],
  },
});
