import { compareFindings } from '../../src/findings/compare.ts';
import type { Undecided } from '../../src/findings/result.ts';
import { currentFinding } from '../support/scan-records.ts';

const web = currentFinding();
const undecidedFor = (difference: Partial<Undecided>): Undecided => ({
  rule: web.rule,
  subjectKind: 'container',
  subjectKey: web.subjectKey,
  reason: 'unread',
  ...difference,
});
const nothing = { opened: [], unchanged: [], updated: [], closed: [], unverified: [] };

describe('comparing findings with a new scan', () => {
  it('opens what was not open', () => {
    expect(compareFindings([], [web], [])).toEqual({ ...nothing, opened: [web] });
  });

  it('leaves alone what is the same, whatever the order of keys', () => {
    const reordered = {
      ...web,
      evidence: web.evidence.map(({ path, value, source }) => ({ source, value, path })),
    };

    expect(compareFindings([web], [reordered], [])).toEqual({ ...nothing, unchanged: [web] });
  });

  it.each([
    ['severity', { severity: 'critical' }],
    ['message', { message: 'other' }],
    ['evidence', { evidence: [] }],
    ['subjects', { subjects: ['web-1', 'web-2'] }],
  ] as const)('updates on another %s', (_name, difference) => {
    const current = { ...web, ...difference } as typeof web;

    expect(compareFindings([web], [current], [])).toEqual({
      ...nothing,
      updated: [{ open: web, current }],
    });
  });

  it('closes what was judged and is gone', () => {
    const other = undecidedFor({ subjectKey: 'db' });
    const otherRule = undecidedFor({ rule: 'no-host-network', subjectKey: null });

    expect(compareFindings([web], [], [other, otherRule])).toEqual({ ...nothing, closed: [web] });
  });

  it.each([
    ['the subject', undecidedFor({})],
    ['any subject', undecidedFor({ subjectKey: null })],
  ])('keeps open what its rule could not judge for %s', (_name, undecided) => {
    expect(compareFindings([web], [], [undecided])).toEqual({ ...nothing, unverified: [web] });
  });

  it('counts a fingerprint once', () => {
    const { opened } = compareFindings([], [web, { ...web, message: 'again' }], []);

    expect(opened).toEqual([web]);
  });
});
