import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { isPlainName } from '../snapshot/normalise/runtime-program.ts';
import type { ControlFacts } from './control-facts.ts';
import { rulesBeyond } from './device-control.ts';
import { whyMountsApart } from './filesystem-controls.ts';
import { isMachineName, isSandboxName, runtimeOf } from './runtime.ts';

type Asked = Pick<ContainerFacts, 'runtime'>;
/** What a container may have beside what was asked for. */
export const extras = ['mounts', 'devices', 'privileges'] as const;
export type Extra = (typeof extras)[number];

/**
 * The program behind the runtime of a container, where nobody knows what it gives beside what was asked for, be it one that
 * hands all on to runc afterwards; null for runc and its like, and for sandboxes, which give what was asked for alone.
 */
export function unknownRuntime(container: Asked, engine: EngineFacts | null): string | null {
  const program = (engine && runtimeOf(container, engine)?.path) ?? container.runtime;
  return isPlainName(program) || isSandboxName(program) || isMachineName(program) ? null : program;
}

/** Why a container may have more of something than was asked for; null where it has not, or where that was seen. */
export type MoreGiven = (extra: Extra) => string | null;

/** As far as the kernel did not show what a container has: of its mounts it shows those of the main process. */
export function moreGiven(facts: ControlFacts): MoreGiven {
  const doubt = whyMoreGiven(facts.container, facts.engine);
  const apart = facts.kernel.state === 'read' ? whyMountsApart(facts) : facts.straysUnread;
  const isSeen = {
    privileges: facts.kernel.state === 'read',
    mounts: facts.kernel.state === 'read' && facts.kernel.value.mounts !== null,
    devices: rulesBeyond(facts) !== null,
  };
  return (extra) => (extra === 'mounts' ? apart : null) ?? (isSeen[extra] ? null : doubt);
}

/** The same where nothing was seen. */
export function whyMoreGiven(container: Asked, engine: EngineFacts | null): string | null {
  const program = unknownRuntime(container, engine);
  return program && `what its runtime ${program} gives it beside what was asked for is not known`;
}
