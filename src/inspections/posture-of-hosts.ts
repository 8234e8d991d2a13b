import type { PostureAnswer } from '../answers/posture-answer.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { fleetPosture } from '../posture/fleet.ts';
import type { Rule } from '../rules/rule.ts';
import { firstScreen } from './first-screen.ts';
import { hostStates } from './host-states.ts';

/** So many of the gravest findings tell which containers are the worst. */
export const FINDINGS_READ = 200;

/**
 * The posture of hosts as their last good scans found it, and of all of them together when there
 * are several. A host that is down keeps the posture it had; its state says how old that is.
 * Rejects with `OutsideError` when the store fails.
 */
export async function postureOfHosts(
  hosts: readonly HostDeclaration[],
  store: ScanStore,
  rules: readonly Rule[],
): Promise<Omit<PostureAnswer, 'kind' | 'takenAt'>> {
  const states = await hostStates(hosts, store);
  const stored = await store.listPostures({ hosts: hosts.map(({ name }) => name) });
  const byHost = new Map(stored.map((one) => [one.host, one]));
  const postures = hosts.map(
    ({ name }) => byHost.get(name) ?? { host: name, scannedAt: null, posture: null },
  );
  const fleet = hosts.length > 1 ? fleetPosture(postures.map(({ posture }) => posture)) : null;
  const names = hosts.map(({ name }) => name);
  const unread = new Set(states.filter((one) => one.unread !== null).map(({ name }) => name));
  const page = await store.pageOpenFindings({ hosts: names, after: null, limit: FINDINGS_READ });
  const worst = postures.toSorted((a, b) => scoreIn(a) - scoreIn(b))[0];
  const on = hosts.length > 1 ? ` on ${worst?.host}` : '';
  const fix = worst?.posture?.bestFixes[0];
  return {
    hosts: states,
    postures,
    fleet,
    firstScreen: firstScreen(
      postures.map((one) => ({ ...one, isStale: unread.has(one.host) })),
      page.findings,
      rules,
    ),
    next: [
      ...(fix ? [`explain ${fix.rule}`] : [`scan${on}`]),
      ...(postures.some(hasExploited) ? ['images known-exploited'] : []),
      `findings${on}`,
    ],
  };
}

const hasExploited = ({ posture }: PostureAnswer['postures'][number]): boolean =>
  posture?.exploitable?.state === 'read' && posture.exploitable.value.exploited.count > 0;

/** A host without a score stands last: it is not the worst, it is not known. */
const scoreIn = ({ posture }: PostureAnswer['postures'][number]): number =>
  posture?.score ?? Number.POSITIVE_INFINITY;
