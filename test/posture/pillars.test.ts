import { pillarIds, pillars, placeOf } from '../../src/posture/pillars.ts';
import * as catalogue from '../../src/rules/catalogue/index.ts';

it('every rule of the catalogue stands in a pillar', () => {
  const lost = Object.values(catalogue).filter(({ id }) => placeOf(id) === undefined);

  expect(lost.map(({ id }) => id)).toEqual([]);
});

it('no rule stands in two places', () => {
  const ids = pillarIds.flatMap((id) => pillars[id].rules.flat());

  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

it('the pillars are worth 100 points', () => {
  expect(pillarIds.reduce((sum, id) => sum + pillars[id].weight, 0)).toBe(100);
});
