import fc from 'fast-check';
import type { DigestAnswer, FindingGroup, FindingPlace } from '../../src/answers/digest-answer.ts';
import { validateMessage } from '../../src/blocks/validate.ts';
import { severities } from '../../src/rules/rule.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { groupLine } from '../../src/views/digest-lines.ts';
import type { Part } from '../../src/views/document.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const { digest } = hostileAnswers;
const [state] = digest.states;
if (!state) throw new Error('no state');

const hosts = ['web-1', 'web-2', 'ci', 'db-1'];
const name = fc.constantFrom('api', 'worker', 'runner', 'db', 'cache', 'proxy');
const host = fc.constantFrom(...hosts);

const group = (changes: readonly FindingGroup['change'][]): fc.Arbitrary<FindingGroup> =>
  fc.record({
    change: fc.constantFrom(...changes),
    rule: fc.constantFrom('no-root-user', 'memory-limit', 'no-public-port', 'no-env-secret'),
    severity: fc.constantFrom(...severities),
    was: fc.constant(null),
    places: fc.array(
      fc.record({
        host,
        fingerprint: fc.constant('f1'),
        subjectKind: fc.constant('container' as const),
        subjects: fc.array(name, { minLength: 1, maxLength: 3 }),
        message: fc.constant('is not as it should be'),
        ...{ why: fc.constant(null), unverified: fc.option(fc.constantFrom('timeout', 'sealed')) },
        owner: fc.option(fc.constantFrom('payments', 'shop', 'core', 'data')),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  });
const minute = fc
  .integer({ min: 0, max: 1_439 })
  .map((minutes) => new Date(Date.UTC(2026, 10, 23, 6, minutes)).toISOString());
const vanished = fc.record({
  host,
  name,
  image: fc.constantFrom('alpine:3', 'registry.example/job:2026.11'),
  facets: fc.constantFrom<string[]>(
    [],
    ['privileged', 'root'],
    ['docker-socket'],
    ['root', 'host-pid'],
  ),
  ...{ id: fc.constant('c1'), firstSeen: minute, startedAt: minute, removedAt: minute },
  endedAt: fc.option(minute),
  exitCode: fc.option(fc.nat(255)),
});
const owners = ['payments', 'shop', 'core', 'data'].map((owner) => {
  return { name: owner, group: `S0${owner.toUpperCase()}` };
});

/** A day on which every host was read, whatever else happened. */
const normalDay: fc.Arbitrary<DigestAnswer> = fc
  .record({
    news: fc.array(group(['new', 'worse', 'lapsed']), { maxLength: 12 }),
    better: fc.array(group(['fixed', 'milder', 'passing']), { maxLength: 12 }),
    shortLived: fc.array(vanished, { maxLength: 30 }),
    worst: fc.integer({ min: 0, max: 3 }),
    isOwned: fc.boolean(),
    hasVulnerabilities: fc.boolean(),
    expiring: fc.constantFrom([], digest.expiring),
    newAccepted: fc.nat(3),
  })
  .map(({ worst, isOwned, hasVulnerabilities, ...rest }) => ({
    ...digest,
    ...rest,
    timezone: 'Europe/Berlin',
    hosts,
    states: hosts.map((one) => ({ ...state, name: one, state: 'read', isFirstRead: false })),
    pending: [],
    blind: [],
    glimpses: [],
    owners: isOwned ? owners : null,
    vulnerabilities: hasVulnerabilities ? digest.vulnerabilities : null,
    firstScreen: {
      ...digest.firstScreen,
      worst: Array.from({ length: worst }, () => digest.firstScreen.worst[0] as never),
    },
  }));

/** Lines that a person sees: each item of a list is one. */
const lines = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + (part.kind === 'list' ? part.items.length : 1), 0);

test('a normal day fits twelve lines and every message fits Slack', () => {
  fc.assert(
    fc.property(normalDay, (answer) => {
      const document = answerDocument(answer);
      const { message, thread } = slackReply(document);

      expect(lines(document.summary)).toBeLessThanOrEqual(12);
      expect([message, ...thread].flatMap((each) => validateMessage(each))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('what came and went is told at the top as what it is, with image and times, and is not better', () => {
  const summary = answerDocument({
    ...digest,
    timezone: 'UTC',
    news: [],
    better: [{ ...(digest.better[0] as FindingGroup), change: 'passing' }],
    shortLived: [
      {
        ...{ host: 'web-1', name: 'debug-7', image: 'alpine:3', facets: ['root', 'privileged'] },
        ...{ id: 'c7', startedAt: '2026-11-24T01:43:00.000Z', exitCode: 137 },
        firstSeen: '2026-11-24T01:43:00.000Z',
        endedAt: '2026-11-24T01:45:00.000Z',
        removedAt: '2026-11-24T01:45:00.000Z',
      },
    ],
  }).summary;
  const [, , third] = summary;
  const text = JSON.stringify(summary);

  expect(
    third?.kind === 'list' && third.items[0]?.map((span) => Object.values(span).join('')),
  ).toEqual([
    ...'Came and went: |privileged |debug-7| on web-1 (image |alpine:3|) ran 24 Nov 01:43–01:45'.split(
      '|',
    ),
  ]);
  expect(text).not.toContain('Better');
});

test('how many places of a finding were not verified again is said, beside what became of its acceptance', () => {
  const [news] = digest.news;
  const [place] = news?.places ?? [];
  if (news === undefined || place === undefined) throw new Error('the example has no news');
  const said = (...whys: Pick<FindingPlace, 'why' | 'unverified'>[]) => {
    const line = groupLine({ ...news, places: whys.map((one) => ({ ...place, ...one })) });
    return line.at(-1);
  };
  const [sure, slow, sealed] = [null, 'timeout', 'sealed'].map((unverified) => {
    return { why: null, unverified };
  }) as [typeof place, typeof place, typeof place];
  const ended = { why: 'its acceptance expired on 2026-11-23', unverified: 'timeout' };

  expect(said(sure)).toBe('');
  expect(said(slow)).toBe(' (not verified again: timeout)');
  expect(said(slow, slow)).toBe(' (not verified again: timeout)');
  expect(said(sure, slow, sure)).toBe(' (1 of 3 not verified again: timeout)');
  expect(said(sealed, slow, slow, sure)).toBe(
    ' (3 of 4 not verified again: 2 × timeout; 1 × sealed)',
  );
  expect(said(ended)).toBe(` (${ended.why}; not verified again: timeout)`);
  expect(said(ended, sure)).toBe(` (1 of 2: ${ended.why}; 1 of 2 not verified again: timeout)`);
});

test('containers of one name that came and went are counted, and named once', () => {
  const [one] = digest.shortLived;
  if (one === undefined) throw new Error('the example has no short-lived container');
  const { summary } = answerDocument({
    ...{ ...digest, isBaseline: false, news: [], glimpses: [] },
    shortLived: ['c7', 'c8'].map((id) => ({ ...one, id, name: 'debug' })),
  });
  const text = JSON.stringify(summary);

  expect(text).toContain('2 containers, ');
  expect(text).not.toContain('debug, debug');
});

test('one that is there and that nobody could read did not come and go', () => {
  const [glimpse] = digest.glimpses;
  if (glimpse === undefined) throw new Error('the example has no glimpse');
  const titleOf = (removedAt: string | null) =>
    answerDocument({
      ...{ ...digest, isBaseline: false, shortLived: [], news: [] },
      glimpses: [{ ...glimpse, removedAt }],
    }).headline;

  expect(titleOf('2026-11-24T05:00:00.000Z')).toContain('1 container came and went');
  expect(titleOf(null)).not.toContain('came and went');
});
