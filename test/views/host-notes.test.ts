import type { HostState } from '../../src/answers/host-state.ts';
import { present } from '../../src/views/document.ts';
import { hostNotes } from '../../src/views/host-notes.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { hostState } from '../support/hostile-answers.ts';

const whole = { unread: null, unreadSections: [], isRetired: false };
const now = '2026-01-02T00:00:00.000Z';
const host = (name: string, difference: Partial<HostState> = {}): HostState =>
  hostState({ name, lastScanAt: now, lastGoodScanAt: now, labels: {}, ...whole, ...difference });
const linesOf = (...hosts: HostState[]) =>
  terminalText({ headline: '', summary: present(hostNotes(hosts, now)), next: [] })
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

test('hosts of which the same is known have one line together', () => {
  const earlier = '2026-01-01T23:00:00.000Z';
  const remark = { labels: { remark: 'a sample' } };

  expect(
    linesOf(
      host('web-1'),
      host('web-2', remark),
      host('web-3'),
      host('web-4', remark),
      host('old', { lastScanAt: earlier, lastGoodScanAt: earlier }),
    ),
  ).toEqual([
    'web-1, web-3 as of just now.',
    'web-2, web-4 (a sample) as of just now.',
    'old as of 1 h ago.',
  ]);
});

test('one that could not be read, or not as a whole, has its own', () => {
  const unread = { reason: 'connection refused', since: now };
  const lines = linesOf(
    host('web-1'),
    host('web-2', { unreadSections: [{ section: 'images', reason: 'refused' }] }),
    host('web-3', { lastGoodScanAt: null, unread }),
    host('web-4', { isRetired: true }),
  );

  expect(lines).toHaveLength(4);
  expect(lines[1]).toBe('web-2 as of just now; not read: images.');
  expect(lines[2]).toContain('web-3 could not be read just now (connection refused)');
});

test('a clock that differs by a minute or more is said, of several in one line', () => {
  const clock = (name: string, minutes: number | null) =>
    host(name, { clockAheadMs: minutes === null ? null : minutes * 60_000 });

  expect(linesOf(clock('web-1', 0.9), clock('web-2', null))).toHaveLength(1);
  expect(linesOf(clock('web-1', 180), clock('web-2', -0.5)).at(-1)).toBe(
    'The clock of web-1 is 3 h 0 min ahead of Seawall’s: times of its containers and images may be off by as much. Set both by NTP.',
  );
  expect(linesOf(clock('web-1', 180), clock('web-2', -5)).at(-1)).toBe(
    'The clocks of 2 hosts differ from Seawall’s: web-1 (3 h 0 min ahead), web-2 (5 min behind). Times of their containers and images may be off by as much. Set all by NTP.',
  );
  const many = Array.from({ length: 60 }, (_, index) => clock(`web-${index}`, 180));
  expect(linesOf(...many).at(-1)).toContain('60 hosts differ');
});
