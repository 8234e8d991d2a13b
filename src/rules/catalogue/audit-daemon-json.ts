import { auditRule } from '../audit-rule.ts';

export const auditDaemonJson = auditRule({
  id: 'audit-daemon-json',
  control: '1.1.11',
  title: 'Audit watches daemon.json',
  watched: 'the daemon.json in use, if there is one',
  rationale: 'A line in it can open the API to the network or turn a layer of isolation off.',
  watch: '-w /etc/docker/daemon.json -k docker',
});
