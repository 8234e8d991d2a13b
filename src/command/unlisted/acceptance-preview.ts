import { bindingOf } from '../../findings/binding.ts';
import { isAccepted } from '../../inspections/accepted.ts';
import { findOpenFinding } from '../../inspections/find-finding.ts';
import { staleNotice } from '../../inspections/notices.ts';
import type { FindingName } from '../../ports/intent.ts';
import { isoTime } from '../../shared/time.ts';
import type { Answer } from '../../views/answer.ts';
import type { CommandContext } from '../command.ts';
import { type Unlisted, unlisted } from './unlisted.ts';

/** Shows exactly what accepting a finding would hide, while it is open and not accepted. */
export const acceptancePreview = (name: FindingName): Unlisted =>
  unlisted('accept', 'approve', (context) => previewOf(name, context), { audit: 'reads-only' });

async function previewOf(name: FindingName, { store, now }: CommandContext): Promise<Answer> {
  const found = await findOpenFinding(store, name);
  if ('gone' in found) return staleNotice(now, found.gone);
  const { finding } = found;
  if (isAccepted(finding)) return staleNotice(now, acceptedText(finding.acceptance));
  const containers = await store.listContainers({ hosts: [name.host] });
  const facts = containers.map((one) => one.facts);
  return {
    kind: 'acceptance-preview',
    takenAt: isoTime(now()),
    finding,
    binding: bindingOf(finding, facts),
    next: [],
  };
}

/** What is said to whoever comes second. */
export const acceptedText = ({ by, until }: { by: string; until: string }): string =>
  `It is accepted already, by ${by} until ${until.slice(0, 10)}.`;
