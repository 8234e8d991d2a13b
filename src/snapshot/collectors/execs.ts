import { statusOf } from '../../shared/errors.ts';
import { type Reading, read, unread } from '../../shared/reading.ts';
import type { EngineReader } from '../collector.ts';
import { defineCollector } from '../define-collector.ts';
import type { ContainerExecs, ExecSession } from '../facts/exec.ts';
import { countOrZero, field, flag, flagOrFalse, foreign, textOrEmpty } from '../foreign.ts';
import { readPerContainer, valueIn } from '../outcome.ts';

/** More at once in one container are not looked at one by one. */
const SESSIONS_MAX = 20;

export const execs = defineCollector({
  purpose:
    'Commands that run in containers beside their own, with their user and power; not what they are.',
  reads: ['GET /containers/json', 'GET /containers/{id}/json', 'GET /exec/{id}/json'],
  async collect({ first, engine }): Promise<ContainerExecs[]> {
    return readPerContainer(
      valueIn(first.containers).filter(({ state }) => state === 'running' || state === 'paused'),
      async ({ inspected }) => readSessions(engine, valueIn(valueIn(inspected).execIds)),
    );
  },
});

async function readSessions(
  engine: EngineReader,
  ids: readonly string[],
): Promise<Reading<ExecSession[]>> {
  if (ids.length > SESSIONS_MAX) {
    return unread(
      `${ids.length} commands run in it, more than the ${SESSIONS_MAX} that are looked at`,
    );
  }
  const sessions = await Promise.all(ids.map((exec) => readExec(engine, exec)));
  return read(sessions.filter((one) => one !== null));
}

/** Null for one that ended: the engine forgets it soon, and Podman lists it still. */
async function readExec(engine: EngineReader, id: string): Promise<ExecSession | null> {
  try {
    const exec = foreign('GET /exec/{id}/json', await engine.get(`/exec/${id}/json`));
    if (!flag(field(exec, 'Running'))) return null;
    const process = field(exec, 'ProcessConfig');
    return {
      id,
      isPrivileged: flagOrFalse(field(process, 'privileged')),
      user: textOrEmpty(field(process, 'user')),
      pid: countOrZero(field(exec, 'Pid')) || null,
    };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
