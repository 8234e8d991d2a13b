import { addTo } from '../shared/add-to.ts';
import { listed } from '../shared/text.ts';
import { type Part, type Span, table, wideTable } from './document.ts';

const HOSTS_NAMED = 3;
/** The column whose cells may differ between rows that are one. */
const HOST_COLUMN = 'host';

/** Hosts of which one thing is said: a few by name, and how many more there are. */
export const hostsText = (hosts: readonly string[]): string =>
  listed([...new Set(hosts)], HOSTS_NAMED);

/**
 * A table of which rows that differ by their host alone are one, where the first of them stands: of a fleet one row would fill
 * the list. It has a column `host`.
 */
export const tableByHosts = (columns: string[], rows: string[][]): Part[] =>
  table(columns, alikeRows(columns, rows));

/** The same, as a list in Slack. */
export const wideTableByHosts = (columns: string[], rows: string[][]): Part[] =>
  wideTable(columns, alikeRows(columns, rows));

function alikeRows(columns: readonly string[], rows: readonly string[][]): string[][] {
  const at = columns.indexOf(HOST_COLUMN);
  const all = rows.map((cells) => ({ host: cells[at] ?? '', cells }));
  return alikeGroups(all, ({ cells }) => JSON.stringify(cells.with(at, ''))).map(
    ([first, ...others]) =>
      first.cells.with(at, hostsText([first, ...others].map(({ host }) => host))),
  );
}

/** Lines of what has hosts, of which those that differ by the host alone are one; `count`: of how many each is. */
export const alikeLines = <T extends { host: string }>(
  all: readonly T[],
  lineOf: (one: T, hosts: string) => Span[],
): { line: Span[]; count: number }[] =>
  alikeGroups(all, (one) => JSON.stringify(lineOf(one, ''))).map((alike) => ({
    line: lineOf(alike[0], hostsText(alike.map(({ host }) => host))),
    count: alike.length,
  }));

/**
 * What has one key, in the order of the first of each. Of one host two stay apart: they are two things, such as containers of one
 * name.
 */
export function alikeGroups<T extends { host: string }>(
  all: readonly T[],
  keyOf: (one: T) => string,
): [T, ...T[]][] {
  const seen = new Map<string, number>();
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const key = keyOf(one);
    const ofHost = JSON.stringify([key, one.host]);
    const before = seen.get(ofHost) ?? 0;
    seen.set(ofHost, before + 1);
    addTo(groups, JSON.stringify([key, before]), one);
  }
  return [...groups.values()];
}
