import { listGap } from '../../controls/list-gap.ts';
import { distinct } from '../../shared/distinct.ts';
import type { Reading } from '../../shared/reading.ts';
import { inspected, processListed, statusRead } from '../../snapshot/evidence.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { bind, mounting, processesUnread, running } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../rule.ts';

/** Names that the kernel shows for SSH servers; OpenSSH 9.8 split its work into three programs. */
const SSH_SERVERS: readonly string[] = [
  ...['dropbear', 'dropbearmulti', 'lshd', 'sshd', 'sshd-auth', 'sshd-session', 'tinysshd'],
];

const isServer = (name: string): boolean => SSH_SERVERS.includes(name);

/** The names of these processes, each once and sorted. */
const namesIn = (found: Reading<{ name: string }[]>): string[] =>
  found.state === 'read' ? distinct(found.value.map(({ name }) => name)).sort() : [];

const NO_GROUPS = 'the engine has no control groups to list';
/** A container that may put processes where no list has them. */
const hiding = { ...mounting(bind('/sys/fs/cgroup')), processes: running(['web', 1000]) };

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
  consults: ['engine', 'processes', 'kernel', 'hostProcesses'],
  judge(container, { engine, processes }, { seenProcessesOf }) {
    const evidence = [inspected('State.Status', container.state)];
    if (!['running', 'paused', 'restarting'].includes(container.state)) {
      return notApplicable('is not running', evidence);
    }
    const { listed, kernel: seen } = seenProcessesOf(container.id);
    const [inListed, inSeen] = [namesIn(listed), namesIn(seen)];
    const servers = distinct([...inListed, ...inSeen].filter(isServer)).sort();
    const shown = (names: string[]) => (servers.length > 0 ? names.filter(isServer) : names);
    if (listed.state === 'read') evidence.push(processListed('programs', shown(inListed)));
    if (seen.state === 'read') evidence.push(statusRead('Name', shown(inSeen)));
    if (servers.length > 0) return fail(`runs the SSH server ${servers.join(', ')}`, evidence);
    const known = engine.state === 'read' ? engine.value : null;
    // What may hide is no server that somebody left there: it asks for other power, of which other rules speak.
    const inList =
      listed.state === 'unread'
        ? `its processes were not read: ${listed.reason}`
        : listGap({ container, engine: known }, false, seen, isToldIn(processes));
    const gap = seen.state === 'read' ? null : inList;
    return gap === null ? pass('runs no SSH server', evidence) : unknown(gap, evidence);
  },
  examples: {
    pass: [
      { processes: running(['web', 1000]) },
      { container: { state: 'paused' }, processes: running(['web', 1000]) },
      { processes: processesUnread(NO_GROUPS), kernel: kernelSays([kernelProcess()]) },
      { processes: running(['sshd_exporter', 1000], ['ssh', 1000]) },
      { ...hiding, kernel: kernelSays([kernelProcess()]) },
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
      { container: { state: 'paused' }, processes: running(['sshd', 0]) },
      { processes: running(['web', 1000], ['sshd-session', 0]) },
      { processes: running(['dropbear', 0]) },
      {
        // One that the engine does not list.
        processes: running(['web', 1000]),
        kernel: kernelSays([kernelProcess(), kernelProcess({ pid: 4300, name: 'sshd' })]),
      },
      {
        processes: processesUnread('the list contradicts its main process'),
        kernel: kernelSays([kernelProcess({ name: 'sshd' })]),
      },
    ],
    unknown: [
      { container: { state: 'paused' }, processes: processesUnread('the engine did not answer') },
      { container: { state: 'restarting' }, processes: processesUnread('is not running') },
      { processes: processesUnread('the list contradicts its main process') },
      { processes: running(['web', 1000]).map((own) => ({ ...own, isToldByContainer: true })) },
      { processes: [] },
      { processes: processesUnread(NO_GROUPS) },
      hiding,
    ],
    'not-applicable': [
      { container: { state: 'exited', pid: null } },
      { container: { state: 'created', pid: null, startedAt: null } },
    ],
  },
});

const isToldIn = (processes: Snapshot['processes']): boolean =>
  processes.state === 'read' && processes.value.some((one) => one.isToldByContainer);
