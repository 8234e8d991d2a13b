import type { ListPage } from '../answers/answer-base.ts';
import { counted, listed } from '../shared/text.ts';
import { type Action, note, type Parts } from './document.ts';

/** The part of a list that one message shows. */
export interface ShownPage<T> {
  shown: T[];
  /** Which part it is, how much follows, and whether it is still the newest. */
  notes: Parts;
  /** Leads to the rest; empty on the last page. */
  actions: Action[];
}

/**
 * The page of a list, or of the part of one, that is in the order of `keyOf`. `choose` takes as many from the beginning of
 * the rest as fit. Without a page the whole list is shown.
 */
export function shownPage<T>(
  all: readonly T[],
  page: ListPage | null,
  keyOf: (entry: T) => string,
  choose: (rest: readonly T[]) => T[],
): ShownPage<T> {
  if (page === null) return { shown: [...all], notes: [], actions: [] };
  const rest = page.part === null ? entriesAfter(all, page.after, keyOf) : all;
  const { before: start, total } = page.part ?? {
    before: all.length - rest.length,
    total: all.length,
  };
  const shown = choose([...rest]);
  const more = total - start - shown.length;
  const last = shown.at(-1);
  const range = `${start + 1} to ${start + shown.length} of ${total}`;
  return {
    shown,
    notes: [
      more > 0 && note(`${range}, and ${counted(more, 'more', 'more')} on the next page.`),
      more === 0 && start > 0 && note(`${range}: the end of the list.`),
      ...rescannedNotes(page),
    ],
    actions:
      more > 0 && last !== undefined
        ? [
            {
              label: 'Next page',
              intent: {
                kind: 'page',
                line: page.line,
                paging: { after: keyOf(last), scans: page.scans },
              },
            },
          ]
        : [],
  };
}

/** The same of a list that is sorted already: its places are the keys. */
export function rankedPage<T extends object>(
  sorted: readonly T[],
  page: ListPage | null,
  rows: number,
): ShownPage<T> {
  const places = new Map(sorted.map((entry, index) => [entry, String(index).padStart(7, '0')]));
  return shownPage(
    sorted,
    page,
    (entry) => places.get(entry) ?? '',
    (rest) => rest.slice(0, rows),
  );
}

function rescannedNotes({ rescanned, line }: ListPage): Parts {
  if (rescanned.length === 0) return [];
  const which = `${listed(rescanned)} ${rescanned.length === 1 ? 'was' : 'were'} scanned again`;
  return [note(`This goes on in the scan of the first page; ${which} since. Newest: ${line}`)];
}

/** The entries after the last one shown. An entry that is gone leaves the others where they were. */
function entriesAfter<T>(
  entries: readonly T[],
  after: string | null,
  keyOf: (entry: T) => string,
): T[] {
  if (after === null) return [...entries];
  const at = entries.findIndex((entry) => keyOf(entry) > after);
  return at < 0 ? [] : entries.slice(at);
}
