import type { ContainerDigest, ContainerTold } from '../answers/container-past.ts';
import { containerKey, fingerprintOf } from '../findings/fingerprint.ts';
import { execKey, findingKey } from '../ports/alert-store.ts';
import type { DigestRun } from '../ports/digest-store.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import type { Rule } from '../rules/rule.ts';
import {
  composedAt,
  digestDelivery,
  digestRuns,
  type ReportingParts,
  reportOf,
} from './find-reporting.ts';

export type ToldParts = ReportingParts & { rules: readonly Pick<Rule, 'id' | 'facet'>[] };

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
  const alerts = [];
  const about = await parts.alerts.listAbout(keys);
  for (const one of keys) {
    const ofLife = (about.get(one) ?? []).filter(
      ({ channel, firstAt, resolved }) =>
        (onlyChannel === null || onlyChannel === channel) &&
        firstAt <= to &&
        (resolved === null || resolved.at >= from),
    );
    for (const alert of ofLife) {
      const { severity, title } = alert;
      alerts.push({ ...(await reportOf(parts.outbox, alert)), severity, title });
    }
  }
  return {
    alerts: alerts.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
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
