import type {
  ContainerDigest,
  ContainerTold,
  ExecSession,
  LastSight,
} from '../answers/container-past.ts';
import type { ContainerPaths } from '../answers/isolation-answer.ts';
import { fingerprintOf } from '../findings/fingerprint.ts';
import { execKey, findingKey } from '../ports/alert-store.ts';
import type { DigestRun } from '../ports/digest-store.ts';
import type { PastStore } from '../ports/past-store.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { NamedContainer, StoredContainer, StoredFinding } from '../ports/stored.ts';
import type { ContainerEvent, WatchStore } from '../ports/watch-store.ts';
import { containerKey } from '../rules/container-key.ts';
import type { Rule } from '../rules/rule.ts';
import {
  composedAt,
  digestDelivery,
  digestRuns,
  type ReportingParts,
  reportOf,
} from './find-reporting.ts';
import { pathsByContainer } from './paths-by-container.ts';

type ToldParts = ReportingParts & { rules: readonly Pick<Rule, 'id' | 'facet'>[] };

/**
 * Alerts and digests that named a container in its life or about it. `findings`: those that it has, or had;
 * `onlyChannel`: the one that may be spoken of; null for all. Rejects with `OutsideError`.
 */
export async function toldOfContainer(
  parts: ToldParts,
  container: StoredContainer,
  { findings, onlyChannel }: { findings: readonly StoredFinding[]; onlyChannel: string | null },
): Promise<ContainerTold> {
  const { host, facts, facets, firstSeen, removedAt } = container;
  const key = containerKey(facts);
  const subject = { kind: 'container' as const, id: facts.id, name: facts.name };
  const fingerprints = new Set([
    ...findings.map(({ fingerprint }) => fingerprint),
    // What no scan has judged may have been told the moment it started.
    ...parts.rules
      .filter(({ facet }) => facet !== undefined && facets.includes(facet))
      .map(({ id: rule }) => fingerprintOf({ rule, subject }, key)),
  ]);
  const keys = [...fingerprints].map((one) => findingKey(host, one)).concat(execKey(host, key));
  const from = Date.parse(firstSeen);
  const to = removedAt === null ? Number.POSITIVE_INFINITY : Date.parse(removedAt);
  // One message may speak of several findings of a container.
  const alerts = new Map<string, ContainerTold['alerts'][number]>();
  const about = await parts.alerts.listAbout(keys);
  for (const one of keys) {
    const ofLife = (about.get(one) ?? []).filter(
      ({ channel, firstAt, resolved }) =>
        (onlyChannel === null || onlyChannel === channel) &&
        firstAt <= to &&
        (resolved === null || resolved.at >= from),
    );
    for (const alert of ofLife) {
      const { channel, messageId, firstAt, severity, title } = alert;
      const told = JSON.stringify([channel, messageId ?? firstAt, title]);
      if (alerts.has(told)) continue;
      alerts.set(told, { ...(await reportOf(parts.outbox, alert)), severity, title });
    }
  }
  return {
    alerts: [...alerts.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    digests: await digestsAbout(parts, container, { findings, onlyChannel }),
  };
}

async function digestsAbout(
  parts: ToldParts,
  { host, firstSeen, removedAt }: StoredContainer,
  asked: { findings: readonly StoredFinding[]; onlyChannel: string | null },
): Promise<ContainerDigest[]> {
  const told: ContainerDigest[] = [];
  for (const [channel, { done }] of await digestRuns(parts, host, asked.onlyChannel)) {
    const index = done.findIndex((run) => composedAt(run) >= Date.parse(firstSeen));
    const run = done[index];
    if (run === undefined) continue;
    const as = asOf(run, { removedAt, findings: asked.findings });
    if (as === null) continue;
    const { day } = run;
    told.push({
      ...{ channel, day, at: new Date(composedAt(run)).toISOString(), as },
      ...(await digestDelivery(parts.outbox, run)),
    });
  }
  return told;
}

/** A digest names what came and went since the one before, and else the findings that were open. */
function asOf(
  run: DigestRun,
  {
    removedAt,
    findings,
  }: Pick<StoredContainer, 'removedAt'> & { findings: readonly StoredFinding[] },
): ContainerDigest['as'] | null {
  const at = composedAt(run);
  if (removedAt !== null && Date.parse(removedAt) <= at) return 'went';
  return findings.some(({ firstSeen }) => Date.parse(firstSeen) <= at) ? 'finding' : null;
}

interface SightParts {
  past: Pick<PastStore, 'listSights'>;
  store: Pick<ScanStore, 'findPostureAt'>;
  watches: Pick<WatchStore, 'listLastEvents'>;
}

/** How a container that is gone ended, and the ways to the host that it had when it was last judged. */
export async function lastSightOf(
  { past, store, watches }: SightParts,
  { host, facts, firstSeen, lastSeen }: StoredContainer,
): Promise<ContainerPaths & { lastSight: LastSight }> {
  const [end] = await watches.listLastEvents({
    containers: [{ host, containerId: facts.id }],
    kinds: ['ended'],
  });
  const at = Date.parse(lastSeen);
  const sight = (await past.listSights({ hosts: [host], at })).find((one) => one.host === host);
  const before = sight?.before ?? null;
  const judgedAt = before !== null && before >= firstSeen ? before : null;
  const posture = judgedAt === null ? null : await store.findPostureAt(host, at);
  return {
    lastSight: {
      endedAt: end?.at ?? facts.finishedAt,
      exitCode: end?.detail.exitCode ?? null,
      judgedAt,
    },
    ...(judgedAt === null
      ? { ways: { state: 'unknown', reason: 'no scan judged it' } as const, paths: [] }
      : pathsByContainer(posture && { posture })(facts)),
  };
}

/** Each command that events tell the beginning of, with its end, the newest first. */
export function execSessions(
  events: readonly ContainerEvent[],
  known: readonly NamedContainer[],
): ExecSession[] {
  const key = (host: string, id: string | null) => JSON.stringify([host, id]);
  const ends = new Map(
    events
      .filter(({ kind, execId }) => kind === 'exec-ended' && execId !== null)
      .map((end) => [key(end.host, end.execId), end]),
  );
  const containers = new Map(known.map((each) => [key(each.host, each.id), each]));
  return events
    .filter(({ kind }) => kind === 'exec')
    .map(({ host, containerId, at, detail, execId }): ExecSession => {
      const container = containers.get(key(host, containerId));
      const end = execId === null ? undefined : ends.get(key(host, execId));
      const power = detail.exec ?? { state: 'unread', reason: 'it was not looked at' };
      return {
        host,
        container: { id: containerId, name: container?.name ?? null },
        power,
        startedAt: at,
        endedAt: end?.at ?? container?.removedAt ?? null,
        exitCode: end?.detail.exitCode ?? null,
      };
    })
    .reverse();
}
