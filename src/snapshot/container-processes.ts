import { statusOf } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { EngineReader } from './collector.ts';
import type { ProcessFacts } from './facts/process.ts';
import { countOrZero, field, foreign } from './foreign.ts';
import { processFacts } from './normalise/processes.ts';

/**
 * Constants, because `ps` arguments from outside could print every process's environment. `comm`
 * stands last: a program may have blanks in its name. Each is for hosts whose `ps` knows less than
 * the one before asks for: an old procps, then busybox.
 */
const PS_ARGUMENTS = [
  '-eo pid,ppid,euid,supgid,pidns,netns,mntns,userns,ipcns,utsns,cgroupns,label,comm',
  '-eo pid,ppid,euid,comm',
  '-o pid,user,comm',
] as const;

/** How `ps` refuses a column: procps and busybox. */
const UNKNOWN_COLUMN = /unknown user-defined format specifier|bad -o argument/;

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
  for (const [index, ps_args] of PS_ARGUMENTS.entries()) {
    try {
      return await engine.get(`/containers/${id}/top`, { ps_args });
    } catch (error) {
      const isLast = index === PS_ARGUMENTS.length - 1;
      const isTooNew = statusOf(error) === 500 && UNKNOWN_COLUMN.test(String(error));
      if (isLast || !isTooNew) throw error;
    }
  }
  throw new Error('there are no arguments of ps to try');
}
