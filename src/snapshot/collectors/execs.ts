import { OutsideError, statusOf } from '../../shared/errors.ts';
import { read, unread } from '../../shared/reading.ts';
import { defineCollector, type EngineReader } from '../collector.ts';
import type { ContainerExecs, ExecSession } from '../facts/exec.ts';
import {
  countOrZero,
  field,
  flag,
  flagOrFalse,
  foreign,
  listOrEmpty,
  pathId,
  textOrEmpty,
} from '../foreign.ts';
import { listContainers } from '../list-containers.ts';
import { byNameThenId } from '../read-each.ts';

/** More at once in one container are not looked at one by one. */
const SESSIONS_MAX = 20;

export const execs = defineCollector({
  id: 'execs',
  purpose:
    'Commands that run in containers beside their own, with their user and power; not what they are.',
  reads: ['GET /containers/json', 'GET /containers/{id}/json', 'GET /exec/{id}/json'],
  async collect(engine): Promise<ContainerExecs[]> {
    const listed = (await listContainers(engine)).sort(byNameThenId);
    const found = await Promise.all(
      listed
        .filter(({ state }) => state === 'running' || state === 'paused')
        .map(({ id }) => readExecs(engine, id)),
    );
    return found.filter((container) => container !== null);
  },
});

/** Null for a container that has gone since it was listed. */
async function readExecs(engine: EngineReader, id: string): Promise<ContainerExecs | null> {
  try {
    const body = await engine.get(`/containers/${id}/json`);
    const inspected = foreign('GET /containers/{id}/json', body);
    const ids = listOrEmpty(field(inspected, 'ExecIDs')).map(pathId);
    if (ids.length > SESSIONS_MAX) {
      const reason = `${ids.length} commands run in it, more than the ${SESSIONS_MAX} that are looked at`;
      return { containerId: id, sessions: unread(reason) };
    }
    const sessions = await Promise.all(ids.map((exec) => readExec(engine, exec)));
    return { containerId: id, sessions: read(sessions.filter((one) => one !== null)) };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    if (statusOf(error) === 404) return null;
    return { containerId: id, sessions: unread(error.message) };
  }
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
