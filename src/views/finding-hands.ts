import type { FindingHand } from '../inspections/finding-hands.ts';
import type { FindingName } from '../ports/intent.ts';
import { person, type Span, time } from './document.ts';

const verbs = { assigned: 'has it since', acknowledged: 'acknowledged it' } as const;

/** Who looks after findings of a group, each person once; nothing where nobody does. */
export function handSpans(
  hands: readonly FindingHand[],
  group: readonly FindingName[],
): readonly Span[] {
  const isOfGroup = ({ host, fingerprint }: FindingHand) =>
    group.some((one) => one.host === host && one.fingerprint === fingerprint);
  const own = new Map(hands.filter(isOfGroup).map((hand) => [`${hand.how} ${hand.who}`, hand]));
  return [...own.values()].flatMap(({ who, how, since }) => [
    ' · ',
    person(who),
    ` ${verbs[how]} `,
    time(since),
  ]);
}
