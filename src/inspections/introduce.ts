import type { IntroductionAnswer } from '../answers/introduction-answer.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { isoTime } from '../shared/time.ts';
import { hostStates } from './host-states.ts';

/** Introduces Seawall with what it knows of these hosts. Rejects with `OutsideError`. */
export async function introduce(
  { store, now }: { store: ScanStore; now: Clock },
  hosts: readonly HostDeclaration[],
): Promise<IntroductionAnswer> {
  return {
    kind: 'introduction',
    takenAt: isoTime(now()),
    hosts: await hostStates(hosts, store),
    next: ['scan', 'findings', 'help'],
  };
}
