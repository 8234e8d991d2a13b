import { askedHostNames, defineCommand } from '../src/command/command.ts';
import { findFinding, lineFor } from '../src/inspections/find-finding.ts';
import { isVulnerabilityId } from '../src/inspections/vulnerability-id.ts';
import { UserError } from '../src/shared/errors.ts';
import { isoTime } from '../src/shared/time.ts';
import type { ExposureAcceptedAnswer } from '../src/views/exposure-accepted.ts';
import type { UnacceptedAnswer } from '../src/views/unaccepted.ts';

export const unaccept = defineCommand({
  name: 'unaccept',
  task: 'act',
  summary: 'Withdraw the acceptance of a risk, so that the finding counts again',
  usage: 'unaccept <code>|<rule> <container>|<CVE> [package] [on <host>]',
  examples: [
    'unaccept 1a2b3c4d',
    'unaccept no-host-network proxy on web-1',
    'unaccept CVE-2024-13176',
  ],
  permission: 'approve',
  audit: 'by-store',
  words: { minimum: 1, maximum: 2 },
  takesHost: true,
  takesPackage: true,
  async run(context, request): Promise<UnacceptedAnswer | ExposureAcceptedAnswer> {
    if (isVulnerabilityId(request.words[0] ?? '')) {
      const { unacceptExposure } = await import('../src/command/accept-exposure.ts');
      return unacceptExposure(context, request);
    }
    const { store, acceptances, actor, now } = context;
    const names = askedHostNames(context, request);
    const open = await store.listOpenFindings({ hosts: names });
    const made = await acceptances.listAcceptances({ hosts: names });
    const inForce = made
      .filter(({ state }) => state === 'in-force')
      .map((one) => ({ ...one, subjects: open.find(isSame(one))?.subjects ?? [] }));
    if (inForce.length === 0) {
      throw new UserError('No risk is accepted here.', { hint: 'See `findings accepted`.' });
    }
    const found = findFinding(
      request.words,
      inForce,
      (near) => lineFor('unaccept', near),
      'accepted',
    );
    const acceptance = await acceptances.unaccept(found, { actor, at: now() });
    if (acceptance === null) throw new UserError('The acceptance has ended already.');
    return {
      kind: 'unaccepted',
      takenAt: isoTime(now()),
      acceptance,
      isOpen: open.some(isSame(acceptance)),
      next: [`findings rule ${acceptance.rule} on ${acceptance.host}`, 'findings accepted'],
    };
  },
});

type Named = { host: string; fingerprint: string };
const isSame = (one: Named) => (other: Named) =>
  one.host === other.host && one.fingerprint === other.fingerprint;
