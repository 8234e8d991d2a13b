import { isOfFirst } from '../../controls/user-controls.ts';
import { mapRead } from '../../shared/reading.ts';
import type { ProcessFacts } from '../../snapshot/facts/process.ts';
import { controlEvidence, mappedBy, unlessChanged } from '../control-evidence.ts';
import {
  hostNamespace,
  namedUser,
  privileged,
  processesUnread,
  running,
} from '../example-facts.ts';
import { kernelProcess, kernelSays, rootProcess } from '../example-kernel.ts';
import { defineRule, fail, pass, type Severity, unknown } from '../rule.ts';

const REMAPPED = { engine: { remapsUsers: true } };

export const noRootUser = defineRule({
  id: 'no-root-user',
  title: 'Containers do not run as root',
  subject: 'container',
  severity: 'medium',
  pillar: 'privilege',
  controls: ['cis-1.6:4.1', 'cis-1.8:4.1'],
  rationale:
    'Root in a container is root for the kernel of the host. Only the other controls hold it back: if one of them fails, the host is taken over.',
  remediation:
    'Set `USER` to a numeric uid in the Dockerfile or run with `--user 1000:1000`; remap users in the engine where a workload needs root.',
  fix: {
    words: 'Run {} as a user other than root',
    change: () => ({ run: 'add --user 1000:1000', compose: 'user: "1000:1000"' }),
  },
  facet: 'root',
  shownBy: ['user'],
  needs: ['engine'],
  consults: ['processes', 'kernel'],
  judge({ id, pid }, { processes }, { controlsOf }) {
    const controls = controlsOf(id);
    const { protection, says, evidence: configured } = controls.given.user;
    const user = controls.find('user');
    const mapped = mappedBy(controls);
    const evidence = [
      ...configured,
      ...(mapped ?? []),
      ...(user?.source === 'measured' ? controlEvidence(user) : []),
    ];
    const severity: Severity = mapped ? 'low' : 'medium';
    if (user?.source === 'measured' && user.verdict === 'not-enforced') {
      return fail('runs processes as root', evidence, { severity });
    }
    if (protection === null) return unknown(says, evidence);
    // Where nobody reads processes, those of root may be among them, whoever the first one is.
    const mayHide = pid !== null && user?.source !== 'measured';
    if (protection !== 'none' && mayHide && processes.state === 'unread') {
      return unknown(`its processes were not read: ${processes.reason}`, evidence);
    }
    if (protection !== 'none' && user && isOfFirst(user)) return unknown(user.note ?? '', evidence);
    // A process that gave root up says nothing of the next one, which starts as root again.
    return protection === 'none'
      ? fail(says, evidence, { severity })
      : unlessChanged(controls, 'users', pass(says, evidence));
  },
  examples: {
    pass: [
      as('1000', 1000),
      as('web', 101),
      { ...as('1000', 1000), processes: processesUnread('is not running') },
      { ...as('1000', 1000), ...REMAPPED, processes: running(['web', 101_000]) },
      {
        container: { user: namedUser('1000', 1000), noNewPrivileges: false },
        processes: threaded({ otherUids: [1000], areThreadsRead: true }),
      },
    ],
    fail: [
      { ...as('', 0), processes: running(['nginx', 101], ['nginx', 101]) },
      {
        container: { user: namedUser('', 0), userNamespace: hostNamespace },
        ...REMAPPED,
        processes: running(['nginx', 101]),
      },
      {
        ...as('1000', 1000),
        kernel: kernelSays([kernelProcess({ uids: { ...rootProcess.uids, effective: 1000 } })]),
      },
      ...['', 'root', '0:0', '00', 'toor'].map((name) => as(name, 0)),
      { ...as('1000', 1000), processes: running(['web', 1000], ['su', 0]) },
      { ...as('toor', null), processes: running(['sleep', 0]) },
      { ...as('1000', 1000), processes: threaded({ otherUids: [0, 1000], areThreadsRead: true }) },
      { ...as('', 0), processes: running(['sleep', null]) },
      {
        ...as('', 0),
        processes: running(['nginx', 101]).map((own) => ({ ...own, isToldByContainer: true })),
      },
      {
        container: {
          user: namedUser('', 0),
          userNamespace: { mode: 'private', resolved: 'private', via: [] },
        },
        engine: { isPodman: true },
      },
      { container: { user: namedUser('', 0), state: 'exited' } },
      { container: { ...privileged, user: namedUser('', 0) } },
      { ...as('', 0), ...REMAPPED, processes: running(['sleep', 500_000]), severity: 'low' },
      {
        ...as('', 0),
        engine: { isRootless: true },
        processes: running(['sleep', 0]),
        severity: 'low',
      },
      {
        container: { user: namedUser('', 0), userNamespace: hostNamespace },
        ...REMAPPED,
        processes: running(['sleep', 0]),
      },
    ],
    unknown: [
      as('toor', null),
      { ...as('toor', null), processes: running(['sleep', null]) },
      {
        container: { user: namedUser('1000', 1000), noNewPrivileges: false },
        processes: threaded({ otherUids: [1000] }),
      },
      { ...as('web', null), processes: running(['web', 1000]) },
      { ...as('toor', null), ...REMAPPED, processes: running(['sleep', 500_000]) },
    ],
  },
});

/** A container that is to run as a user, whose number is null where nobody could read it. */
function as(...user: Parameters<typeof namedUser>) {
  return { container: { user: namedUser(...user) } };
}

/** A process of user 1000 that has three threads. */
function threaded(of: Partial<ProcessFacts>) {
  return running(['web', 1000]).map((own) => ({
    ...own,
    facts: mapRead(own.facts, (all) => all.map((one) => ({ ...one, threads: 3, ...of }))),
  }));
}
