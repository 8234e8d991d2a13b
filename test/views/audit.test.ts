import type { StoredAuditEntry } from '../../src/ports/audit-log.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { plainText, type Span } from '../../src/views/document.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const entry = (difference: Partial<StoredAuditEntry>): StoredAuditEntry => ({
  ...{ id: 7, at: '2026-11-24T09:00:00.000Z', who: 'U0ALICE00', place: 'C0SECURIT' },
  ...{ verb: 'scan', outcome: 'done', what: 'web-1', before: null, after: null },
  ...difference,
});

function lineOf(difference: Partial<StoredAuditEntry>): { spans: Span[]; text: string } {
  const answer = { ...hostileAnswers.audit, entries: [entry(difference)], more: 0 };
  const [spans = []] = answerDocument(answer).summary.flatMap((part) =>
    part.kind === 'list' ? part.items : [],
  );
  return { spans, text: spans.map(plainText).join('') };
}

test.each<[string, Partial<StoredAuditEntry>]>([
  ['#7 2026-11-24 09:00 UTC @U0ALICE00 ran scan web-1 in #C0SECURIT', {}],
  [
    '#7 2026-11-24 09:00 UTC alice was refused accept all in a terminal',
    { who: 'alice', place: 'terminal', verb: 'accept', what: 'accept all', outcome: 'refused' },
  ],
  [
    '#7 2026-11-24 09:00 UTC @U0ALICE00 accepted no-root-user web on web-1 in #C0SECURIT (reason: “known”; until 2026-12-01 00:00 UTC)',
    {
      verb: 'accept',
      what: 'no-root-user web on web-1',
      after: { reason: 'known', until: '2026-12-01T00:00:00.000Z', ended: null, binding: [] },
    },
  ],
  [
    '#7 2026-11-24 09:00 UTC seawall ended the acceptance of no-root-user web on web-1 after a scan (ended: the image changed)',
    {
      ...{ who: 'seawall', place: 'scan', verb: 'void', what: 'no-root-user web on web-1' },
      before: { reason: 'known', ended: null },
      after: { reason: 'known', ended: { at: 'x', by: 'seawall', why: 'the image changed' } },
    },
  ],
  [
    '#7 2026-11-24 09:00 UTC seawall ran scan web-1, by itself: Seawall started',
    { who: 'seawall', place: 'scan', what: 'web-1, by itself: Seawall started' },
  ],
  [
    '#7 2026-11-24 09:00 UTC root switched on the alerts of #C0SECURIT in a terminal (severity critical)',
    {
      ...{ who: 'root', place: 'terminal', verb: 'alerts on', what: 'alerts of C0SECURIT' },
      after: { severity: 'critical' },
    },
  ],
])('%s', (text, difference) => {
  expect(lineOf(difference).text).toBe(text);
});

test('members, channels and times are what Slack shows by itself', () => {
  const { spans } = lineOf({ verb: 'digest off', what: 'digest of C0OTHER00 for 2026-11-24' });

  expect(spans).toContainEqual({ user: 'U0ALICE00' });
  expect(spans).toContainEqual({ channel: 'C0SECURIT' });
  expect(spans).toContainEqual({ channel: 'C0OTHER00' });
  expect(spans).toContainEqual({ time: '2026-11-24T09:00:00.000Z' });
});

test('an id within what somebody named is text', () => {
  const { spans } = lineOf({ verb: 'accept', what: 'no-root-user of C0OTHER00 U0BOB0000' });

  expect(spans).not.toContainEqual({ channel: 'C0OTHER00' });
  expect(spans).not.toContainEqual({ user: 'U0BOB0000' });
});
