import type { ContainerFacts, ContainerState } from '../facts/container.ts';
import {
  count,
  type Foreign,
  field,
  fieldWithin,
  text,
  textOrEmpty,
  wrongShape,
} from '../foreign.ts';
import { isoTime } from './time.ts';

type Life = Pick<ContainerFacts, 'state' | 'startedAt' | 'finishedAt' | 'pid' | 'health'>;

const STATES: readonly ContainerState[] = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
];

/** The state of a container, its times and its first process. Throws for a state that is none, or one that runs without a process. */
export function lifeOf(state: Foreign): Life {
  const status = field(state, 'Status');
  const known = STATES.find((word) => word === text(status));
  if (!known) throw wrongShape(status, `one of ${STATES.join(', ')}`);
  const healthWord = textOrEmpty(fieldWithin(state, 'Health', 'Status'));
  return {
    state: known,
    startedAt: isoTime(field(state, 'StartedAt')),
    finishedAt: isoTime(field(state, 'FinishedAt')),
    pid: mainPid(field(state, 'Pid'), known),
    health: healthWord === '' || healthWord === 'none' ? null : healthWord,
  };
}

/** Engines write 0 where there is none. Of one that runs without a process nothing would be looked at. */
function mainPid(found: Foreign, state: ContainerState): number | null {
  const pid = count(found);
  const isUp = state === 'running' || state === 'paused';
  if (isUp && pid <= 0) throw wrongShape(found, 'the process of a container that runs');
  return Math.max(0, pid) || null;
}
