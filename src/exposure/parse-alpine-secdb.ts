import type { Reading } from '../shared/reading.ts';
import { entriesOrEmpty, type Foreign, field, list } from '../snapshot/foreign.ts';
import type { Affected } from './advisory.ts';
import { gatherRecords, NO_VERSIONS, type ParsedFeed, until } from './gather-records.ts';
import { atMost, readForeign, readItems, understood, word } from './read-foreign.ts';

/** An id of some database of vulnerabilities; what else stands beside it is a remark. */
const ID = /^[A-Z][A-Za-z]*-[\w-]{1,60}$/;

/**
 * One file of Alpine’s secdb: in which version of which origin a vulnerability was fixed; 0 for one
 * that it never had. It names no vulnerability that is not fixed. Unread where it has another shape.
 */
export const parseAlpineSecdb = (value: unknown): Reading<ParsedFeed> =>
  readForeign('alpine-secdb', value, (found) => {
    const release = word(field(found, 'distroversion'), 20);
    const gatherer = gatherRecords(
      `alpine-secdb/${release}/${word(field(found, 'reponame'), 40)}`,
      'ALPINE-',
    );
    const packages = list(field(found, 'packages'));
    const { all, refused } = readItems(`alpine-secdb ${release}`, packages, fixesOf);
    for (const { id, ...fix } of all.flat()) gatherer.add(id, affectedOf(release, fix));
    return { records: gatherer.records(), refused };
  });

interface Fix {
  name: string;
  version: string;
}

function fixesOf(found: Foreign): (Fix & { id: string })[] {
  const holder = field(found, 'pkg');
  const name = word(field(holder, 'name'));
  return entriesOrEmpty(field(holder, 'secfixes')).flatMap(([version, ids]) =>
    listed(ids)
      .flatMap((one) => understood(one, (of) => word(of, 2_000).split(' ')).flat())
      .filter((id) => ID.test(id))
      .map((id) => ({ id, name, version: word({ ...ids, value: version }, 1_000) })),
  );
}

/** One id may stand without a list. */
const listed = (ids: Foreign): Foreign[] =>
  typeof ids.value === 'string' ? [ids] : atMost(10_000, ids);

const affectedOf = (release: string, { name, version }: Fix): Affected => ({
  ...{ ...NO_VERSIONS, ecosystem: `Alpine:${release}`, name, nameKind: 'source', scheme: 'apk' },
  ...(version === '0' ? { status: 'not-affected' } : { intervals: until(version) }),
});
