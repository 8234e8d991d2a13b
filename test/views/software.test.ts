import type { SoftwareAnswer } from '../../src/answers/surface-answer.ts';
import { needsFilesLevel } from '../../src/snapshot/needed-level.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const text = (reasons: readonly string[]) => {
  const unread = reasons.map((reason, index) => ({ host: 'web-1', name: `c${index}`, reason }));
  const answer: SoftwareAnswer = { ...hostileAnswers.software, unread };
  return terminalText(answerDocument(answer));
};

it('counts the containers of the reasons that it leaves out', () => {
  const shown = text(['a', 'a', 'b', 'b', 'c', 'c', 'd', 'e']);

  expect(shown).toContain('Unknown for c4 on web-1, c5 on web-1, which may have it too: c');
  expect(shown).toContain('Unknown for 2 more containers for 2 other reasons.');
  expect(text(['a', 'b', 'c', 'd'])).toContain('Unknown for 1 more container for 1 other reason.');
});

it('says how many versions it leaves out, vulnerable ones among them', () => {
  const [example] = hostileAnswers.software.instances;
  if (example === undefined) throw new Error('there is no example');
  const versions = Array.from({ length: 23 }, (_, index) => `1.${index}`);
  const shown = terminalText(
    answerDocument({
      ...hostileAnswers.software,
      instances: versions.map((version) => ({ ...example, version })),
      vulnerable: versions.map((version) => ({
        ...{ software: 'openssl', version, count: 1, fixable: 0, exploited: 0 },
        worst: { id: 'CVE-2026-1', severity: null },
      })),
    }),
  );

  expect(shown.split('… and 3 more versions.')).toHaveLength(3);
});

it('says once what to set for all that a level would answer', () => {
  const shown = text(['a', 'b'].map((name) => `${name}: ${needsFilesLevel}`));

  expect(shown).toContain('which may have it too: a: needs evidence level files\n');
  expect(shown.split('set “evidence: files”')).toHaveLength(2);
});

it('says nothing of other reasons where there are none', () => {
  expect(text(['a', 'b', 'c'])).not.toContain('other reason');
});
