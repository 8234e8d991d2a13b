import type { AnswerBase } from '../answers/answer-base.ts';
import { EVERY_HOST } from '../findings/attestations.ts';
import type { StoredExposureAcceptance } from '../ports/exposed-store.ts';
import { clamp, clamped, listed } from '../shared/text.ts';
import { code, heading, list, note, type Part, type Span, strong, type View } from './document.ts';

/** The risk of a vulnerability in a package was accepted, or the word was taken back. */
export interface ExposureAcceptedAnswer extends AnswerBase {
  kind: 'exposure-accepted';
  /** One for each scope. */
  acceptances: StoredExposureAcceptance[];
  isWithdrawn: boolean;
}

export const exposureAccepted: View<ExposureAcceptedAnswer> = (answer) => {
  const { acceptances, isWithdrawn } = answer;
  const [first] = acceptances;
  const what = first === undefined ? '' : `${first.vulnerability} in ${first.package}`;
  const until = first?.until.slice(0, 10) ?? '';
  const title = isWithdrawn ? `No longer accepted: ${what}` : `Accepted until ${until}: ${what}`;
  return {
    headline: title,
    summary: [
      heading(title),
      ...exposureAcceptanceLines(acceptances),
      isWithdrawn
        ? note('It counts again, and is reported where it was left out.')
        : note(
            'Messages and digests leave it out. A version that is installed later is not accepted. End this with ',
            code(`unaccept ${first?.vulnerability ?? ''}`),
            '.',
          ),
    ],
  };
};

const SHOWN = 20;

/** One line for each: what, where, in which versions, by whom, until when and why. */
export function exposureAcceptanceLines(acceptances: readonly StoredExposureAcceptance[]): Part[] {
  const lines = acceptances
    .slice(0, SHOWN)
    .map(({ vulnerability, package: name, versions, scope, by, until, reason }): Span[] => [
      strong(vulnerability),
      ` in ${clamp(name, 60)} ${listed(clamped(versions, 60), 3)} ${scope === EVERY_HOST ? 'on every host' : `on ${clamp(scope, 60)}`}`,
      `, by ${clamp(by, 60)} until ${until.slice(0, 10)}: ${clamp(reason, 200)}`,
    ]);
  const hidden = acceptances.length - lines.length;
  return list([...lines, hidden > 0 && [`… and ${hidden} more`]]);
}
