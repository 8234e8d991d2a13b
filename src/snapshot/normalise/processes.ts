import { type Reading, read, unread } from '../../shared/reading.ts';
import type { NamespaceIds, ProcessFacts } from '../facts/process.ts';
import { answerList, digits, type Foreign, field, text, wrongShape } from '../foreign.ts';
import { allCapabilities, capabilityNames } from './capabilities.ts';

/**
 * The rows of a `top` answer, by process id. `ps` was asked for the process id, the short name and,
 * where it can tell, more; what a missing column would tell is null. Throws for rows of another shape
 * and for `null`, which the engine sends when the container ended meanwhile.
 */
export function processFacts(answer: Foreign): ProcessFacts[] {
  const titles = answerList(field(answer, 'Titles')).map((title) => text(title).toUpperCase());
  if (!titles.includes('PID') || !titles.some((title) => NAME_TITLES.includes(title))) {
    throw wrongShape(field(answer, 'Titles'), 'PID and COMMAND among the titles');
  }
  return answerList(field(answer, 'Processes'))
    .map((row) => {
      const cells = answerList(row);
      if (cells.length < titles.length) throw wrongShape(row, 'a cell for every title');
      const cell = (...names: string[]): Foreign | undefined =>
        cells[titles.findIndex((title) => names.includes(title))];
      return toFacts(cell, row);
    })
    .sort((a, b) => a.pid - b.pid);
}

/**
 * Adds to processes the ids of their threads, `rows` being one of each thread. Of a process that has another number of
 * threads by then these are not known.
 */
export function withThreadIds(
  processes: readonly ProcessFacts[],
  rows: readonly ProcessFacts[],
): ProcessFacts[] {
  const threadsOf = Map.groupBy(rows, ({ pid }) => pid);
  return processes.map((one) => {
    const all = threadsOf.get(one.pid) ?? [];
    const isWhole = all.every(
      ({ threads, groups, effectiveUid, otherUids }) =>
        threads === all.length && groups !== null && effectiveUid !== null && otherUids !== null,
    );
    if (all.length === 0 || !isWhole) return one;
    const uids = all.flatMap(({ effectiveUid, otherUids }) => [
      effectiveUid ?? [],
      otherUids ?? [],
    ]);
    const groups = all.flatMap((thread) => thread.groups ?? []);
    return {
      ...one,
      otherUids: ascending([...(one.otherUids ?? []), ...uids.flat()]),
      groups: ascending([...(one.groups ?? []), ...groups]),
      areThreadsRead: true,
    };
  });
}

const NAME_TITLES = ['COMMAND', 'COMM', 'CMD'];

function toFacts(cell: (...names: string[]) => Foreign | undefined, row: Foreign): ProcessFacts {
  const required = (...names: string[]): Foreign => {
    const found = cell(...names);
    if (!found) throw wrongShape(row, 'a cell for every title');
    return found;
  };
  const euid = cell('EUID');
  const others = ['RUID', 'SUID', 'FUID'].flatMap((title) => cell(title) ?? []);
  const groups = cell('SUPGID');
  const ownGroups = ['EGID', 'RGID', 'SGID', 'FGID'].flatMap((title) => cell(title) ?? []);
  const threads = cell('NLWP');
  const { label, name } = labelAndName(cell('LABEL'), text(required(...NAME_TITLES)));
  return {
    pid: digits(required('PID')),
    effectiveUid: euid ? digits(euid) : null,
    otherUids: others.length === 0 ? null : others.map(digits),
    name,
    groups: groups ? ascending([...groupIds(groups), ...ownGroups.map(digits)]) : null,
    label,
    namespaces: cell('PIDNS') ? namespaceIds(cell) : null,
    threads: threads ? digits(threads) : null,
    capabilities: null,
    seccompMode: null,
  };
}

/**
 * The engine splits a row at blanks into as many cells as there are titles, and a label may hold one:
 * `docker-default (enforce)`. Its mode then stands at the head of the last cell, before the name. The
 * kernel writes a mode behind every profile and none behind `unconfined`, so that what stands there
 * then is a name that a process gave itself. Of a profile with blanks in its name the mode is lost.
 */
function labelAndName(
  label: Foreign | undefined,
  last: string,
): { label: string | null; name: string } {
  const name = last.replace(/ <defunct>$/, '');
  if (!label) return { label: null, name };
  const written = text(label) === '-' ? '' : text(label);
  const [mode] = /^\((enforce|complain|kill|mixed|unconfined)\) /.exec(name) ?? [];
  if (mode === undefined || written === '' || written === 'unconfined') {
    return { label: written, name };
  }
  return { label: `${written} ${mode.trim()}`, name: name.slice(mode.length) };
}

/** `-` for none, else numbers with commas. */
function groupIds(found: Foreign): number[] {
  const written = text(found);
  if (written === '-') return [];
  if (!/^\d{1,10}(,\d{1,10})*$/.test(written)) throw wrongShape(found, 'group numbers');
  return written.split(',').map(Number);
}

/** Each number once, the least first. */
export const ascending = (values: readonly number[]): number[] =>
  [...new Set(values)].sort((a, b) => a - b);

function namespaceIds(cell: (...names: string[]) => Foreign | undefined): NamespaceIds {
  const inode = (title: string): number | null => {
    const found = cell(title);
    return found && /^\d{1,10}$/.test(text(found)) ? Number(text(found)) : null;
  };
  return {
    pid: inode('PIDNS'),
    network: inode('NETNS'),
    mount: inode('MNTNS'),
    user: inode('USERNS'),
    ipc: inode('IPCNS'),
    uts: inode('UTSNS'),
    cgroup: inode('CGROUPNS'),
  };
}

const SECCOMP_MODES = ['disabled', 'strict', 'filter'];
const TITLES = [
  'HPID',
  'HUID',
  'INHERITED CAPS',
  'PERMITTED CAPS',
  'EFFECTIVE CAPS',
  'BOUNDING CAPS',
  'AMBIENT CAPS',
  'SECCOMP',
  'LABEL',
  'COMMAND',
] as const;

type Cell = (title: (typeof TITLES)[number]) => Foreign;

/**
 * The rows of Podman's `top`, by the numbers that the host gives the processes. Podman lists what the
 * container sees, and finds the process of the host to each by the container's own control group:
 * without one a row may be a neighbour's in a shared namespace, and then the list is of no use.
 * Throws for rows of another shape, and for `null`, which stands for none.
 */
export function podmanProcessFacts(answer: Foreign): Reading<ProcessFacts[]> {
  const titles = answerList(field(answer, 'Titles')).map(text);
  const rows = answerList(field(answer, 'Processes')).map((row) => {
    const cells = answerList(row);
    if (cells.length !== titles.length) throw wrongShape(row, 'a cell for every title');
    return (title: (typeof TITLES)[number]): Foreign => {
      const cell = cells[titles.indexOf(title)];
      if (!cell) throw wrongShape(row, 'a cell for every title');
      return cell;
    };
  });
  if (rows.some((cell) => text(cell('HPID')) === '?')) {
    return unread('the list shows processes that are not in its own control group');
  }
  return read(rows.map(podmanFacts).sort((a, b) => a.pid - b.pid));
}

function podmanFacts(cell: Cell): ProcessFacts {
  const mode = SECCOMP_MODES.indexOf(text(cell('SECCOMP')));
  return {
    pid: digits(cell('HPID')),
    effectiveUid: digits(cell('HUID')),
    otherUids: null,
    name: text(cell('COMMAND')),
    // Podman leaves an empty column out of a row, so it is not asked for what may be empty.
    groups: null,
    label: text(cell('LABEL')) === '?' ? null : text(cell('LABEL')),
    namespaces: null,
    threads: null,
    capabilities: {
      inheritable: capabilities(cell('INHERITED CAPS')),
      permitted: capabilities(cell('PERMITTED CAPS')),
      effective: capabilities(cell('EFFECTIVE CAPS')),
      bounding: capabilities(cell('BOUNDING CAPS')),
      ambient: capabilities(cell('AMBIENT CAPS')),
    },
    seccompMode: mode === -1 ? null : mode,
  };
}

function capabilities(found: Foreign): string[] {
  const written = text(found);
  if (written === 'none') return [];
  if (written === 'full') return [...allCapabilities].sort();
  if (!/^[A-Z_]+(,[A-Z_]+)*$/.test(written)) throw wrongShape(found, 'names of capabilities');
  return capabilityNames(written.split(','));
}
