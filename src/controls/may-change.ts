import type { ControlFacts } from './control-facts.ts';
import { isGivenMounting, OWN_WORD } from './list-gap.ts';
import { hasEnded } from './namespace-place.ts';

/** What a container was given, and a program in it may have changed since. */
export type Given = 'users' | 'mounts';
/** Why what a container was given may be otherwise by now, where that was not read; null where it is not. */
export type MayChange = (given: Given) => string | null;

/** Of a container whose processes the level `kernel` did not read. */
export function mayChange(facts: ControlFacts): MayChange {
  const { container, engine, kernel, gap, given } = facts;
  if (kernel.state === 'read' || container.pid === null) return () => null;
  const doubts: Readonly<Record<Given, string | null>> = {
    users: withoutFirst(facts) ?? (gap === OWN_WORD ? null : gap),
    mounts: isGivenMounting(container, engine, given) ? MAY_MOUNT : null,
  };
  return (what) => doubts[what];
}

const MAY_MOUNT =
  'CAP_SYS_ADMIN lets it mount anew what is read-only or covered: the level kernel reads its mounts';

/** Of a process whose first thread has ended the engine's list has the user of that one alone. */
function withoutFirst({ processes }: ControlFacts): string | null {
  const found =
    processes.state === 'read'
      ? processes.value.find(
          ({ namespaces, threads }) =>
            namespaces !== null && hasEnded(namespaces) && (threads ?? 1) > 1,
        )
      : undefined;
  return found
    ? `the first thread of its process ${found.pid} has ended, and whose the others are was not read`
    : null;
}
