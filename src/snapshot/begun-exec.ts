import { type Reading, read, unread } from '../shared/reading.ts';
import type { EngineReader } from './collector.ts';
import type { BegunExec } from './facts/event.ts';
import { field, flagOrFalse, foreign, listOrEmpty, pathId, textOrEmpty } from './foreign.ts';
import { answerFor } from './inspected-container.ts';
import { asUnread } from './outcome.ts';

/**
 * With which power a command was begun in a container, unless the engine has forgotten it. Podman's
 * event does not name the command, which is then the only one that the container has.
 */
export async function readBegunExec(
  engine: Pick<EngineReader, 'get'>,
  { containerId, execId }: { containerId: string; execId: string | null },
): Promise<Reading<BegunExec>> {
  try {
    const ids = execId === null ? await execsOf(engine, containerId) : [execId];
    const [id, second] = ids;
    if (id === undefined || second !== undefined) {
      const why = id === undefined ? 'it had ended' : 'others ran beside it';
      return unread(`the engine did not name it, and ${why}`);
    }
    const process = field(
      foreign('GET /exec/{id}/json', await engine.get(`/exec/${id}/json`)),
      'ProcessConfig',
    );
    return read({
      user: textOrEmpty(field(process, 'user')),
      isPrivileged: flagOrFalse(field(process, 'privileged')),
    });
  } catch (error) {
    return asUnread(error);
  }
}

async function execsOf(engine: Pick<EngineReader, 'get'>, containerId: string): Promise<string[]> {
  const path = `/containers/${containerId}/json`;
  const answer = foreign('GET /containers/{id}/json', await engine.get(path));
  const inspected = answerFor(containerId, answer);
  return listOrEmpty(field(inspected, 'ExecIDs')).map(pathId);
}
