import { askedHostNames, defineCommand } from '../src/command/command.ts';
import { decisionFlags, decisionTerms } from '../src/command/decision-terms.ts';
import { lineWithFlags } from '../src/command/parse-flags.ts';
import { findFinding, lineFor } from '../src/inspections/find-finding.ts';
import { isVulnerabilityId } from '../src/inspections/vulnerability-id.ts';
import { UserError } from '../src/shared/errors.ts';
import { isoTime } from '../src/shared/time.ts';
import type { AcceptedAnswer } from '../src/views/accepted.ts';
import type { ExposureAcceptedAnswer } from '../src/views/exposure-accepted.ts';

export const accept = defineCommand({
  name: 'accept',
  task: 'act',
  summary: 'Accept the risk of a finding or a vulnerability for a time',
  usage:
    'accept <code>|<rule> <container>|<CVE> <package> --reason "…" --until <date|30d> [on <host>]',
  examples: [
    'accept no-host-network proxy --reason "needs the real addresses" --until 90d',
    'accept 1a2b3c4d on web-1 --reason "until the new build" --until 2w',
    'accept CVE-2024-13176 openssl --reason "no private key is there" --until 30d',
  ],
  permission: 'approve',
  audit: 'by-store',
  words: { minimum: 1, maximum: 2 },
  takesHost: true,
  takesPackage: true,
  flags: decisionFlags,
  async run(context, request): Promise<AcceptedAnswer | ExposureAcceptedAnswer> {
    if (isVulnerabilityId(request.words[0] ?? '')) {
      const { acceptExposure } = await import('../src/command/accept-exposure.ts');
      return acceptExposure(context, request);
    }
    const { store, acceptances, now } = context;
    const open = await store.listOpenFindings({ hosts: askedHostNames(context, request) });
    const finding = findFinding(request.words, open, (near) =>
      lineWithFlags(lineFor('accept', near), request.flags),
    );
    const { host, fingerprint } = finding;
    const terms = decisionTerms(context, request, { host, fingerprint });
    const acceptance = await acceptances.accept(finding, terms);
    if (acceptance === null) throw new UserError('The finding is not open any more.');
    return {
      kind: 'accepted',
      takenAt: isoTime(now()),
      acceptance,
      finding,
      next: [lineFor('unaccept', finding), lineFor('why', finding), 'findings accepted'],
    };
  },
});
