import type { AdvisoryRecord } from '../../src/exposure/advisory.ts';
import { indexRecords } from '../../src/exposure/record-index.ts';
import { chooseMatched } from '../../src/inspections/choose-matched.ts';
import type { MatchHolder } from '../../src/ports/exposed-store.ts';
import { installed, statement } from '../support/exposure-records.ts';

const system = { osId: 'debian', osVersion: '12' };
const packageOf = (packageId: number, source: string) => ({
  ...installed('Debian:12', `p${packageId}`, '1', { sourceName: source }),
  ...{ packageId, componentId: null, ...system },
});
const inventory = (id: number, members: number[]): MatchHolder => ({
  ...{ kind: 'inventory', id, members, ...system },
});
/** One record about so many vulnerabilities of a source. */
const about = (name: string, count: number): AdvisoryRecord =>
  statement(...(['Debian:12', name, { nameKind: 'source' }] as const), {
    id: `DSA-${name}`,
    upstream: Array.from({ length: count }, (_, at) => `CVE-2026-${at}`),
  });

/** Of at most ten pairs each and thirty together. */
function choose(records: readonly AdvisoryRecord[], holders: readonly MatchHolder[]) {
  const packages = holders.flatMap(({ id, members }) =>
    members.map((member) => packageOf(member, `source-${id}`)),
  );
  const index = indexRecords(records);
  let asked = 0;
  const unrepaired: typeof index.unrepaired = (one) => {
    asked += 1;
    return index.unrepaired(one);
  };
  const chosen = chooseMatched(holders, packages, { ...index, unrepaired }, null, [], {
    compared: { each: 100, all: 1_000 },
    kept: { each: 10, all: 30 },
  });
  const { leftOut, crowdedOut } = chosen;
  return { ids: chosen.packages.map((one) => one.packageId), leftOut, crowdedOut, asked };
}
const none = { inventories: [], filesystems: [] };

it('counts vulnerabilities, of which one record may name many', () => {
  const records = [about('source-1', 6), about('source-2', 6)];
  expect(choose(records, [inventory(1, [1, 2]), inventory(2, [3])])).toMatchObject({
    ...{ ids: [3], crowdedOut: none },
    leftOut: { ...none, inventories: [1] },
  });
});

it('tells what is too large by itself from what has no room beside the others', () => {
  const counts = [9, 8, 11, 7, 5];
  const records = counts.map((count, at) => about(`source-${at + 1}`, count));
  const holders = counts.map((_, at) => inventory(at + 1, [at + 1]));
  expect(choose(records, holders)).toMatchObject({
    ids: [1, 2, 4, 5],
    leftOut: { ...none, inventories: [3] },
    crowdedOut: none,
  });
  const more = [...records, about('source-6', 10)];
  expect(choose(more, [...holders, inventory(6, [6])])).toMatchObject({
    ids: [1, 2, 4, 5],
    leftOut: { ...none, inventories: [3] },
    crowdedOut: { ...none, inventories: [6] },
  });
});

it('matches nothing of ordinary images, and of others only what is in a large one', () => {
  const records = [about('source-1', 6), about('source-2', 6), about('source-3', 6)];
  const ordinary = [inventory(1, [1]), inventory(2, [2])];
  expect(choose(records, ordinary)).toMatchObject({ ids: [1, 2], asked: 0 });
  expect(choose(records, [...ordinary, inventory(3, [3, 4])])).toMatchObject({
    ...{ ids: [1, 2], asked: 2 },
  });
});
