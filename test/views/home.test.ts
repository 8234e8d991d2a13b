import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const { home } = hostileAnswers;
const [one] = home.hosts;
if (one === undefined) throw new Error('no host');

test('of a fleet the Home tab names the worst hosts and some channels, and counts the others', () => {
  const at = '2026-01-01T06:00:00.000Z';
  const scanned = { ...one.host, lastScanAt: at, lastGoodScanAt: at, grade: null };
  const hosts = Array.from({ length: 300 }, (_, index) => ({
    ...one,
    host: {
      ...scanned,
      name: `host-${index}.`,
      grade: { grade: 'F' as const, score: 300 - index },
    },
  }));
  const down = { ...one, host: { ...scanned, name: 'down', lastGoodScanAt: null } };
  const settings = Array.from({ length: 300 }, (_, index) => ({
    what: `channel ${index}`,
    value: 'all',
  }));

  const answer = { ...home, hosts: [...hosts, down], settings } as typeof home;
  const text = terminalText(answerDocument(answer));

  expect(text).toContain('down:');
  expect(text).toContain('host-299.:');
  expect(text).not.toContain('host-0.:');
  expect(text).toContain('… and 281 more hosts: hosts');
  expect(text).toContain('channel 24: all');
  expect(text).not.toContain('channel 25: all');
  expect(text).toContain('… and 275 more;');
});
