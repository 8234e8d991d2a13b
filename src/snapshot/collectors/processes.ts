import { OutsideError, statusOf } from '../../shared/errors.ts';
import { type Reading, read, unread } from '../../shared/reading.ts';
import { defineCollector, type EngineReader } from '../collector.ts';
import type { ContainerProcesses, ProcessFacts } from '../facts/process.ts';
import { countOrZero, field, foreign } from '../foreign.ts';
import { type ListedContainer, listContainers } from '../list-containers.ts';
import { processFacts } from '../normalise/processes.ts';
import { byNameThenId } from '../read-each.ts';

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

export const processes = defineCollector({
  id: 'processes',
  purpose:
    'Programs, users, groups, labels and namespaces of running containers, by the host’s `ps`.',
  reads: ['GET /containers/json', 'GET /containers/{id}/json', 'GET /containers/{id}/top'],
  async collect(engine): Promise<ContainerProcesses[]> {
    const listed = (await listContainers(engine)).sort(byNameThenId);
    const found = await Promise.all(listed.map((container) => readContainer(engine, container)));
    return found.filter((container) => container !== null);
  },
});

/** Null for a container that has gone since it was listed. */
async function readContainer(
  engine: EngineReader,
  { id, state }: ListedContainer,
): Promise<ContainerProcesses | null> {
  try {
    return { containerId: id, processes: await readProcesses(engine, id, state) };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    if (statusOf(error) === 404) return null;
    return { containerId: id, processes: unread(error.message) };
  }
}

/**
 * A list without the container's main process is discarded: the engine looked numbers of another
 * namespace up on the host and shows foreign processes (gVisor; Podman with these arguments).
 */
async function readProcesses(
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
