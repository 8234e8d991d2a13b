import { type CommandRequest, defineCommand } from '../src/command/command.ts';
import { decisionFlags, decisionTerms } from '../src/command/decision-terms.ts';
import { SWITCH } from '../src/command/parse-flags.ts';
import { EVERY_HOST } from '../src/findings/attestations.ts';
import type { Rule } from '../src/rules/rule.ts';
import { UserError } from '../src/shared/errors.ts';
import { isoTime } from '../src/shared/time.ts';

export const attest = defineCommand({
  name: 'attest',
  task: 'act',
  summary: 'Vouch for a rule that no machine can answer, or withdraw that',
  usage:
    'attest <rule> --reason "…" --until <date|30d> [on <host>|on all], attest <rule> --withdraw',
  examples: [
    'attest hardened-host-os --reason "checked by hand" --until 90d',
    'attest hardened-host-os on all --reason "built from our image" --until 90d',
    'attest hardened-host-os --withdraw',
  ],
  permission: 'approve',
  audit: 'by-store',
  words: {
    minimum: 1,
    maximum: 1,
    known: ({ rules }) => rules.filter(isAttestable).map(({ id }) => id),
  },
  takesHost: true,
  flags: { ...decisionFlags, withdraw: SWITCH },
  async run(context, request) {
    const { acceptances, rules, now, actor } = context;
    const rule = rules.find(({ id }) => id === request.words[0]);
    if (rule === undefined) throw new Error('the parser let an unknown rule through');
    const { withdraw } = request.flags;
    const isWithdrawn = withdraw !== undefined;
    const attestations = isWithdrawn
      ? await acceptances.withdrawAttestations(
          rule.id,
          request.isHostNamed || request.isLimited ? scopesOf(request) : null,
          { actor, at: now() },
        )
      : await acceptances.attest(rule.id, scopesOf(request), decisionTerms(context, request));
    if (attestations.length === 0) {
      throw new UserError(`Nobody has attested ${rule.id} here.`, {
        hint: '`findings accepted` lists the attestations that hold.',
      });
    }
    const undo = isWithdrawn ? [] : [`attest ${rule.id} --withdraw`];
    return {
      kind: 'attested',
      takenAt: isoTime(now()),
      rule: { id: rule.id, title: rule.title },
      attestations,
      isWithdrawn,
      next: [...undo, 'scan', 'findings accepted'],
    };
  },
});

const isAttestable = (rule: Rule): boolean => rule.isAttestable ?? false;

/** `on all` speaks of hosts to come as well, but not where the channel limits the hosts. */
function scopesOf({ hosts, isEveryHost, isLimited }: CommandRequest): string[] {
  const speaksOfAll = isEveryHost && !isLimited && hosts.length > 1;
  return speaksOfAll ? [EVERY_HOST] : hosts.map(({ name }) => name);
}
