import fc from 'fast-check';
import { type AdvisoryRecord, severitiesIn } from '../../src/exposure/advisory.ts';
import { scored, worstRank } from '../../src/exposure/cvss.ts';
import { SeverityRanks } from '../../src/exposure/severity-ranks.ts';
import { statement } from '../support/exposure-records.ts';

const cve = 'CVE-2026-1';
const score = fc.constantFrom('low', 'moderate', 'high', 'critical', 'unheard-of');
const advisory = fc
  .record({
    severities: fc.array(score.map((one) => ({ type: 'Text', score: one }))),
    // About it alone, or about several.
    upstream: fc.constantFrom<string[]>([cve], [cve, 'CVE-2026-2']),
    withdrawn: fc.constantFrom(null, '2026-11-02T00:00:00Z'),
  })
  .map((about): AdvisoryRecord['advisory'] => statement('npm', 'a', {}, about).advisory);

it('a match gives a vulnerability the severity that its records have where it is explained', () => {
  fc.assert(
    fc.property(fc.array(advisory), (advisories) => {
      const ranks = new SeverityRanks();
      for (const one of advisories) ranks.add(one);
      const said = severitiesIn(advisories, (one) => scored(one).rank !== null);

      expect(ranks.of(cve)).toBe(worstRank(said));
    }),
  );
});

it('nothing is worse than what is an attack itself', () => {
  const ranks = new SeverityRanks();
  ranks.add({ ...statement('npm', 'a', {}).advisory, id: 'MAL-1', upstream: [], kind: 'malware' });

  expect(ranks.of('MAL-1')).toBe(4);
});
