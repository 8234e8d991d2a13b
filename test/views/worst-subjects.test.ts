import type { WorstSubject } from '../../src/answers/first-screen.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { worstParts } from '../../src/views/worst-subjects.ts';

const one: WorstSubject = {
  ...{ host: 'web-1', kind: 'container', subject: 'agent', severity: 'critical', way: 'direct' },
  ...{ messages: ['runs privileged'], fix: '' },
};
const said = (difference: Partial<WorstSubject>) =>
  terminalText({
    headline: '',
    summary: worstParts([{ ...one, ...difference }], false),
    details: [],
    next: [],
  }).trim();

test.each([
  ['nobody', [], 'on web-1: runs'],
  ['the same name', [{ host: 'web-2', subject: 'agent' }], 'on web-1, like web-2: runs'],
  ['another name', [{ host: 'ci', subject: 'dind' }], 'on web-1, like dind on ci: runs'],
  [
    'many',
    ['web-2', 'web-3', 'web-4'].map((host) => ({ host, subject: 'agent' })),
    'on web-1, like web-2, web-3 and others: runs',
  ],
])('names who is alike on other hosts: %s', (_, others, text) => {
  expect(said({ others })).toContain(text);
});
