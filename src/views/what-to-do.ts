import type { ExposureResult } from '../answers/exposure-answer.ts';
import { isAffected } from '../exposure/verdict.ts';
import { clamp, listed, quoteWord } from '../shared/text.ts';
import { code, type Parts, paragraph, type Span, strong } from './document.ts';

const FIXES_SHOWN = 4;

/**
 * What to do about a vulnerability where it affects something that nobody accepted; nothing elsewhere. `isTold`: whoever reads
 * it is told when there is a fix.
 */
export function whatToDo(
  results: readonly ExposureResult[],
  vulnerability: string,
  { isTold } = { isTold: false },
): Parts {
  const affected = results.filter(
    // A message is about what was not accepted when it was made.
    ({ state, accepted }) => isAffected(state) && (isTold || accepted === null),
  );
  if (affected.length === 0) return [];
  return [paragraph(strong('What to do: '), ...stepsFor(affected, vulnerability, isTold))];
}

function stepsFor(
  affected: readonly ExposureResult[],
  vulnerability: string,
  isTold: boolean,
): Span[] {
  const there = affected.filter(({ window }) => window.to === null);
  if (there.length === 0) {
    return [
      'no container is known to have it now; check the containers that had it, because an attacker may have used it.',
    ];
  }
  const fixes = there.flatMap(({ package: found, fixedIn }) =>
    found === null || fixedIn === null
      ? []
      : [`${clamp(found.source, 60)} to ${clamp(fixedIn, 60)}`],
  );
  const accept = code(`accept ${vulnerability} ${packageOf(there)} --reason "…" --until 30d`);
  if (fixes.length === 0) {
    const told = isTold ? '; you are told when there is one' : '';
    return [`no fix is published${told}. Remove the package, or `, accept, '.'];
  }
  // Of an image without a container nothing runs that could be started anew.
  const then = there.some(({ containers }) => containers.length > 0)
    ? ', and start the containers anew from images that have it'
    : ' in the image before a container starts from it';
  return [
    `update ${listed([...new Set(fixes)], FIXES_SHOWN)}${then}. If it does not matter here: `,
    accept,
    '.',
  ];
}

/** The one package that is affected; of several whoever accepts has to say which. */
function packageOf(there: readonly ExposureResult[]): string {
  const [only = '', another] = new Set(there.flatMap(({ package: found }) => found?.source ?? []));
  const isShown = only !== '' && another === undefined && only === clamp(only, 60);
  return isShown ? quoteWord(only) : '<package>';
}
