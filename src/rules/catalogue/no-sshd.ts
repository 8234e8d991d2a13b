import { inspected, processListed } from '../../snapshot/evidence.ts';
import { processesUnread, running } from '../example-facts.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../rule.ts';

/** Names that the kernel shows for SSH servers; OpenSSH 9.8 split its work into three programs. */
const SSH_SERVERS: readonly string[] = ['dropbear', 'sshd', 'sshd-auth', 'sshd-session'];

export const noSshd = defineRule({
  id: 'no-sshd',
  title: 'No SSH server runs inside containers',
  subject: 'container',
  severity: 'medium',
  pillar: 'privilege',
  controls: ['cis-1.6:5.7', 'cis-1.8:5.7'],
  rationale:
    'An SSH server is a second way in. Its keys and accounts cannot be seen from outside the container.',
  remediation: 'Remove the SSH server from the image; use `docker exec` to look inside.',
  fix: { words: 'Remove the SSH server from {}' },
  needs: ['containers', 'processes'],
  judge(container, { processes }) {
    const evidence = [inspected('State.Status', container.state)];
    if (container.state === 'paused') {
      return unknown('its processes cannot be judged: paused', evidence);
    }
    if (container.state !== 'running' && container.state !== 'restarting') {
      return notApplicable('is not running', evidence);
    }
    const own = processes.find((entry) => entry.containerId === container.id);
    if (own === undefined || own.facts.state === 'unread') {
      const why = own?.facts.state === 'unread' ? own.facts.reason : 'not listed';
      return unknown(`its processes were not read: ${why}`, evidence);
    }
    const names = [...new Set(own.facts.value.map((process) => process.name))].sort();
    const servers = names.filter((name) => SSH_SERVERS.includes(name));
    evidence.push(processListed('programs', servers.length > 0 ? servers : names));
    if (servers.length > 0) return fail(`runs the SSH server ${servers.join(', ')}`, evidence);
    return own.isToldByContainer
      ? unknown('the container itself may hide one from Podman', evidence)
      : pass('runs no SSH server', evidence);
  },
  examples: {
    pass: [
      { processes: running(['web', 1000]) },
      { processes: running(['sshd_exporter', 1000], ['ssh', 1000]) },
      {
        container: { pidNamespace: { mode: 'host', resolved: 'host', via: [] } },
        processes: [
          ...running(['web', 1000]),
          ...running(['sshd', 0]).map((own) => ({ ...own, containerId: 'c0ffee000100' })),
        ],
        otherContainers: [{ name: 'jump' }],
      },
    ],
    fail: [
      { processes: running(['sshd', 0]) },
      { processes: running(['web', 1000], ['sshd-session', 0]) },
      { processes: running(['dropbear', 0]) },
    ],
    unknown: [
      { container: { state: 'paused' }, processes: running(['web', 1000]) },
      { container: { state: 'restarting' }, processes: processesUnread('is not running') },
      { processes: processesUnread('the list contradicts its main process') },
      { processes: running(['web', 1000]).map((own) => ({ ...own, isToldByContainer: true })) },
      { processes: [] },
    ],
    'not-applicable': [
      { container: { state: 'exited', pid: null } },
      { container: { state: 'created', pid: null, startedAt: null } },
    ],
  },
});
