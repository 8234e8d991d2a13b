import { statusOf } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { EngineReader } from './collector.ts';
import type { ProcessFacts } from './facts/process.ts';
import { countOrZero, field, foreign } from './foreign.ts';
import { processFacts } from './normalise/processes.ts';

/**
 * Constants, because `ps` arguments from outside could print every process's environment. `comm`
 * stands last: a program may have blanks in its name.
 */
const PS_ARGUMENTS = '-eo pid,ppid,euid,comm';
const BUSYBOX_PS_ARGUMENTS = '-o pid,user,comm';

/**
 * The processes of a container in the given state, as the engine lists them. A list without the
 * container's main process is discarded: the engine looked numbers of another namespace up on the
 * host and shows foreign processes (gVisor; Podman with these arguments). Rejects as the reader does.
 */
export async function readProcesses(
  engine: EngineReader,
  id: string,
  state: string,
): Promise<Reading<ProcessFacts[]>> {
  if (state !== 'running' && state !== 'paused') return unread('the container is not running');
  const inspected = foreign(
    'GET /containers/{id}/json',
    await engine.get(`/containers/${id}/json`),
  );
  const mainPid = countOrZero(field(inspected, 'State', 'Pid'));
  if (mainPid === 0) return unread('the container is not running');
  const found = processFacts(foreign('GET /containers/{id}/top', await top(engine, id)));
  if (!found.some(({ pid }) => pid === mainPid)) {
    return unread("the list lacks the container's own main process, so it shows other ones");
  }
  return read(found);
}

async function top(engine: EngineReader, id: string): Promise<unknown> {
  try {
    return await engine.get(`/containers/${id}/top`, { ps_args: PS_ARGUMENTS });
  } catch (error) {
    const isBusybox = statusOf(error) === 500 && /bad -o argument/.test(String(error));
    if (!isBusybox) throw error;
    return engine.get(`/containers/${id}/top`, { ps_args: BUSYBOX_PS_ARGUMENTS });
  }
}
