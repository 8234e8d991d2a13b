import { isoTime } from '../shared/time.ts';
import { hostStates } from './host-state.ts';
import type { IntroductionAnswer } from './introduction-answer.ts';
import type { Clock, HostDeclaration, ScanStore } from './ports.ts';

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
