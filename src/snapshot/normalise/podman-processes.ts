import { type Reading, read, unread } from '../../shared/reading.ts';
import type { ProcessFacts } from '../facts/process.ts';
import { answerList, digits, type Foreign, field, text, wrongShape } from '../foreign.ts';
import { allCapabilities, capabilityNames } from './capabilities.ts';

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
  return read(rows.map(toFacts).sort((a, b) => a.pid - b.pid));
}

function toFacts(cell: Cell): ProcessFacts {
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
