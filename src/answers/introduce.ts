import type { AnswerBase } from './answer-base.ts';
import { type HostState, hostStates } from './host-state.ts';
import type { Clock, HostDeclaration, ScanStore } from './ports.ts';
import { isoTime } from './scan-hosts.ts';

/** What a channel is told when the bot comes into it. */
export interface IntroductionAnswer extends AnswerBase {
  kind: 'introduction';
  /** Hosts that the channel is about. */
  hosts: HostState[];
}

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
