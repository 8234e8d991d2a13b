import type { ContainerFacts } from '../../snapshot/facts/container.ts';
import type { EngineFacts } from '../../snapshot/facts/engine.ts';
import type { ContainerProcesses, ProcessFacts } from '../../snapshot/facts/process.ts';
import { asksForOwnUsers } from '../../snapshot/user-mapping.ts';
import { engineInfo, inspected, processListed } from '../evidence.ts';
import {
  hostNamespace,
  namedUser,
  privileged,
  processesUnread,
  running,
} from '../example-facts.ts';
import { defineRule, type Evidence, type Reading, type Severity } from '../rule.ts';

export const noRootUser = defineRule({
  id: 'no-root-user',
  title: 'Containers do not run as root',
  subject: 'container',
  severity: 'medium',
  pillar: 'privilege',
  controls: ['cis-1.6:4.1', 'cis-1.8:4.1'],
  rationale:
    'Root in a container is root of the host kernel, held back only by the other controls: one hole in them and the host is lost.',
  remediation:
    'Set `USER` to a numeric uid in the Dockerfile or run with `--user 1000:1000`; remap users in the engine where a workload needs root.',
  fix: {
    words: 'Run {} as a user other than root',
    change: () => ({ run: 'add --user 1000:1000', compose: 'user: "1000:1000"' }),
  },
  facet: 'root',
  needs: ['containers', 'engine'],
  consults: ['processes'],
  judge(container, { engine, processes }) {
    const evidence: Evidence[] = [inspected('Config.User', container.user.declared)];
    const isRemapped =
      (engine.remapsUsers || asksForOwnUsers(container)) &&
      container.userNamespace.resolved !== 'host';
    const weakened = weakenedRoot(engine, container, isRemapped);
    if (weakened) evidence.push(weakened);
    const severity: Severity = weakened ? 'low' : 'medium';

    const { list: measured, isOwnWord } = processesOf(container, processes);
    const roots = measured.filter((process) => process.effectiveUid === 0);
    if (roots.length > 0) {
      const names = [...new Set(roots.map((process) => process.name))].sort();
      evidence.push(processListed('processes with effective uid 0', names));
      return { verdict: 'fail', message: 'runs processes as root', evidence, severity };
    }
    // On a remapping engine a host uid says nothing about the uid inside.
    const uids = [...new Set(measured.map((process) => process.effectiveUid))];
    const allMeasured = uids.length > 0 && !uids.includes(null);
    if (allMeasured && !isRemapped && !isOwnWord) {
      evidence.push(processListed('effective uids', uids.map(String).sort()));
      return { verdict: 'pass', message: 'runs every process under another uid', evidence };
    }

    const { uid, declared, reason } = container.user;
    if (uid === null) {
      const why = reason ?? 'its number is not known';
      return { verdict: 'unknown', reason: `user ${declared}: ${why}`, evidence };
    }
    evidence.push(inspected('Config.User as uid', uid));
    return uid === 0
      ? { verdict: 'fail', message: 'is configured to run as root', evidence, severity }
      : { verdict: 'pass', message: `is configured to run as uid ${uid}`, evidence };
  },
  examples: {
    pass: [
      { container: { user: namedUser('1000', 1000) } },
      { container: { user: namedUser('web', 101) } },
      { container: { user: namedUser('', 0) }, processes: running(['nginx', 101], ['nginx', 101]) },
      { container: { user: namedUser('web', null) }, processes: running(['web', 1000]) },
      {
        container: { user: namedUser('1000', 1000) },
        processes: processesUnread('is not running'),
      },
      {
        container: { user: namedUser('1000', 1000) },
        engine: { remapsUsers: true },
        processes: running(['web', 101_000]),
      },
      {
        container: { user: namedUser('', 0), userNamespace: hostNamespace },
        engine: { remapsUsers: true },
        processes: running(['nginx', 101]),
      },
    ],
    fail: [
      { container: { user: namedUser('', 0) } },
      { container: { user: namedUser('root', 0) } },
      { container: { user: namedUser('0:0', 0) } },
      { container: { user: namedUser('00', 0) } },
      { container: { user: namedUser('toor', 0) } },
      {
        container: { user: namedUser('1000', 1000) },
        processes: running(['web', 1000], ['su', 0]),
      },
      { container: { user: namedUser('toor', null) }, processes: running(['sleep', 0]) },
      { container: { user: namedUser('', 0) }, processes: running(['sleep', null]) },
      {
        container: { user: namedUser('', 0) },
        processes: running(['nginx', 101]).map((own) => ({ ...own, isOwnWord: true })),
      },
      {
        container: {
          user: namedUser('', 0),
          userNamespace: { mode: 'private', resolved: 'private', via: [] },
        },
        engine: { isPodman: true },
        severity: 'low',
      },
      { container: { user: namedUser('', 0), state: 'exited' } },
      { container: { ...privileged, user: namedUser('', 0) } },
      {
        container: { user: namedUser('', 0) },
        engine: { remapsUsers: true },
        processes: running(['sleep', 500_000]),
        severity: 'low',
      },
      {
        container: { user: namedUser('', 0) },
        engine: { isRootless: true },
        processes: running(['sleep', 0]),
        severity: 'low',
      },
      {
        container: { user: namedUser('', 0), userNamespace: hostNamespace },
        engine: { remapsUsers: true },
        processes: running(['sleep', 0]),
      },
    ],
    unknown: [
      { container: { user: namedUser('toor', null) } },
      { container: { user: namedUser('toor', null) }, processes: running(['sleep', null]) },
      {
        container: { user: namedUser('toor', null) },
        engine: { remapsUsers: true },
        processes: running(['sleep', 500_000]),
      },
    ],
  },
});

/** Measured processes of a container; none when nothing was measured. */
function processesOf(
  container: ContainerFacts,
  processes: Reading<ContainerProcesses[]>,
): { list: ProcessFacts[]; isOwnWord: boolean } {
  const own =
    processes.state === 'read'
      ? processes.value.find((entry) => entry.containerId === container.id)
      : undefined;
  if (own?.processes.state !== 'read') return { list: [], isOwnWord: false };
  return { list: own.processes.value, isOwnWord: own.isOwnWord };
}

/** The reason why root inside is not root of the host, if there is one. */
function weakenedRoot(
  engine: EngineFacts,
  container: ContainerFacts,
  isRemapped: boolean,
): Evidence | null {
  if (asksForOwnUsers(container)) {
    return inspected('HostConfig.UsernsMode', container.userNamespace.mode);
  }
  if (isRemapped) return engineInfo('SecurityOptions[name=userns]', true);
  if (engine.isRootless) return engineInfo('SecurityOptions[name=rootless]', true);
  return null;
}
