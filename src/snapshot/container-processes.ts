import { statusOf } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { PIDS, PODMAN_ARGUMENTS, PS_ARGUMENTS, THREAD_ARGUMENTS } from './call-queries.ts';
import type { EngineReader } from './collector.ts';
import type { EngineVersion } from './define-collector.ts';
import type { ProcessFacts } from './facts/process.ts';
import { foreign } from './foreign.ts';
import type { MainProcess } from './inspected-container.ts';
import { podmanProcessFacts, processFacts, withThreadIds } from './normalise/processes.ts';
import { attempt, type Outcome, valueIn } from './outcome.ts';

/** A container is asked for threads in at most so many processes and threads, so that neither line nor answer grows large. */
const THREADS_MAX = 2000;
const PROCESSES_MAX = 100;

/** What of Podman's own words is asked for is known since this release. */
const PODMAN_SINCE = [5, 4] as const;

/** How `ps` refuses a column: procps and busybox. */
const UNKNOWN_COLUMN = /unknown user-defined format specifier|bad -o argument/;

/** Why a list is discarded that the engine made with numbers of another namespace, as under gVisor. */
export const OTHER_PROCESSES =
  "the list lacks the container's own main process, so it shows other ones";

/** How one engine lists the processes of its containers. */
export interface ProcessLists {
  /** See `ContainerProcesses`. */
  isToldByContainer: boolean;
  /**
   * The processes of a container in the given state; `main` gives its main process, or null. A list without the container's main process is
   * discarded: the engine looked numbers of another namespace up on the host and shows foreign
   * processes (gVisor). Rejects as the reader and `main` do.
   */
  read(id: string, state: string, main: () => MainProcess | null): Promise<Reading<ProcessFacts[]>>;
}

/** Needs to know which engine it is, because the arguments for one do harm on the other. */
export function processLists(engine: EngineReader, version: EngineVersion): ProcessLists {
  if (!version.isPodman) {
    const list = async (id: string) => {
      const found = processFacts(foreign('GET /containers/{id}/top', await top(engine, id)));
      return read(await withThreads(engine, id, found));
    };
    return {
      isToldByContainer: false,
      read: (id, state, main) => readProcesses(id, state, main, list),
    };
  }
  const written = valueIn(version.written);
  const isKnown = isSincePodman(written);
  const list = async (id: string) => {
    if (!isKnown) return unread(`Podman ${written} may run ps inside of the container for it`);
    const query = { ps_args: PODMAN_ARGUMENTS };
    const answer = await engine.get(`/containers/${id}/top`, query);
    return podmanProcessFacts(foreign('GET /containers/{id}/top', answer));
  };
  return {
    isToldByContainer: true,
    read: (id, state, main) => readProcesses(id, state, main, list),
  };
}

/** Older ones know fewer words, and before 4.0 `top` ran a program of the container (CVE-2022-1227). */
function isSincePodman(version: string): boolean {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})\b/.exec(version) ?? [];
  const [sinceMajor, sinceMinor] = PODMAN_SINCE;
  if (major === undefined) return false;
  return (
    Number(major) > sinceMajor || (Number(major) === sinceMajor && Number(minor) >= sinceMinor)
  );
}

/** A list that an engine made, or why there is none. */
type List = Outcome<Reading<ProcessFacts[]>>;

/**
 * The lists of containers by their ids, `mains` being the ids by the numbers of main processes. Docker lists what is in
 * the control groups below those of a container as well, where `--cgroup-parent` may have put another one.
 */
export function withoutNested(
  lists: ReadonlyMap<string, List>,
  mains: ReadonlyMap<number, string>,
): Map<string, List> {
  const pidsOf = (id: string): number[] => {
    const found = lists.get(id);
    const list = found && 'value' in found ? found.value : null;
    return list?.state === 'read' ? list.value.map(({ pid }) => pid) : [];
  };
  return new Map(
    [...lists].map(([id, list]) => {
      const nested = pidsOf(id).flatMap((pid) => {
        const other = mains.get(pid);
        return other === undefined || other === id ? [] : [pid, ...pidsOf(other)];
      });
      const inner = new Set(nested);
      if (inner.size === 0 || !('value' in list) || list.value.state === 'unread')
        return [id, list];
      const own = list.value.value.filter(({ pid }) => mains.get(pid) === id || !inner.has(pid));
      return [id, { value: read(own) }];
    }),
  );
}

async function readProcesses(
  id: string,
  state: string,
  main: () => MainProcess | null,
  list: (id: string) => Promise<Reading<ProcessFacts[]>>,
): Promise<Reading<ProcessFacts[]>> {
  if (state !== 'running' && state !== 'paused') return unread('the container is not running');
  const mainPid = main()?.pid;
  if (mainPid === undefined) return unread('the container is not running');
  const found = await list(id);
  if (found.state === 'read' && !found.value.some(({ pid }) => pid === mainPid)) {
    return unread(OTHER_PROCESSES);
  }
  return found;
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

/**
 * The processes with what all of their threads are. Of those of root the first thread tells enough, and a host that
 * lists no threads leaves them unread.
 */
async function withThreads(
  engine: EngineReader,
  id: string,
  found: ProcessFacts[],
): Promise<ProcessFacts[]> {
  const isOfRoot = found.some(
    ({ effectiveUid, otherUids }) => effectiveUid === 0 || otherUids?.includes(0),
  );
  const several = found.filter(({ threads }) => threads !== null && threads > 1);
  const count = several.reduce((sum, { threads }) => sum + (threads ?? 0), 0);
  if (isOfRoot || count === 0 || count > THREADS_MAX || several.length > PROCESSES_MAX)
    return found;
  const ps_args = THREAD_ARGUMENTS.replace(PIDS, several.map(({ pid }) => pid).join());
  const listed = await attempt(async () =>
    processFacts(
      foreign('GET /containers/{id}/top', await engine.get(`/containers/${id}/top`, { ps_args })),
    ),
  );
  return 'failure' in listed ? found : withThreadIds(found, listed.value);
}
