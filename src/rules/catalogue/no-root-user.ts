import type { ContainerFacts } from '../../snapshot/facts/container.ts';
import type { EngineFacts } from '../../snapshot/facts/engine.ts';
import { asksForOwnUsers } from '../../snapshot/user-mapping.ts';
import { controlEvidence } from '../control-evidence.ts';
import { engineInfo, inspected } from '../evidence.ts';
import {
  hostNamespace,
  namedUser,
  privileged,
  processesUnread,
  running,
} from '../example-facts.ts';
import { kernelProcess, kernelSays, rootProcess } from '../example-kernel.ts';
import { defineRule, type Evidence, type Severity } from '../rule.ts';

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
  shownBy: ['user'],
  needs: ['containers', 'engine'],
  consults: ['processes', 'kernel'],
  judge(container, { engine }, { controlsOf }) {
    const evidence: Evidence[] = [inspected('Config.User', container.user.declared)];
    const isRemapped =
      (engine.remapsUsers || asksForOwnUsers(container)) &&
      container.userNamespace.resolved !== 'host';
    const weakened = weakenedRoot(engine, container, isRemapped);
    if (weakened) evidence.push(weakened);
    const severity: Severity = weakened ? 'low' : 'medium';

    const { uid, declared, reason } = container.user;
    if (uid !== null) evidence.push(inspected('Config.User as uid', uid));
    const user = controlsOf(container.id).find(({ control }) => control === 'user');
    const isMeasured = user?.source === 'measured';
    if (isMeasured) evidence.push(...controlEvidence(user));
    if (isMeasured && user.verdict === 'not-enforced') {
      return { verdict: 'fail', message: 'runs processes as root', evidence, severity };
    }
    if (uid === null) {
      const why = reason ?? 'its number is not known';
      return { verdict: 'unknown', reason: `user ${declared}: ${why}`, evidence };
    }
    // A process that gave root up says nothing of the next one, which starts as root again.
    return uid === 0
      ? { verdict: 'fail', message: 'is configured to run as root', evidence, severity }
      : { verdict: 'pass', message: `is configured to run as uid ${uid}`, evidence };
  },
  examples: {
    pass: [
      { container: { user: namedUser('1000', 1000) } },
      { container: { user: namedUser('web', 101) } },
      {
        container: { user: namedUser('1000', 1000) },
        processes: processesUnread('is not running'),
      },
      {
        container: { user: namedUser('1000', 1000) },
        engine: { remapsUsers: true },
        processes: running(['web', 101_000]),
      },
    ],
    fail: [
      { container: { user: namedUser('', 0) }, processes: running(['nginx', 101], ['nginx', 101]) },
      {
        container: { user: namedUser('', 0), userNamespace: hostNamespace },
        engine: { remapsUsers: true },
        processes: running(['nginx', 101]),
      },
      {
        container: { user: namedUser('1000', 1000) },
        kernel: kernelSays([kernelProcess({ uids: { ...rootProcess.uids, effective: 1000 } })]),
      },
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
        processes: running(['nginx', 101]).map((own) => ({ ...own, isToldByContainer: true })),
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
      { container: { user: namedUser('web', null) }, processes: running(['web', 1000]) },
      {
        container: { user: namedUser('toor', null) },
        engine: { remapsUsers: true },
        processes: running(['sleep', 500_000]),
      },
    ],
  },
});

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
