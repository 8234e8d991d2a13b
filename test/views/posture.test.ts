import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

it('says below the heading of a host that was never read what is not known of it', () => {
  const { postures } = hostileAnswers.posture;
  const never = postures.filter(({ posture }) => posture === null).map(({ host }) => host);
  const shown = terminalText(answerDocument(hostileAnswers.posture));

  expect(never).toEqual(['web-3']);
  expect(shown).toMatch(
    /web-3: grade unknown\n[^\n]*\n?Unknown: its pillars, what can be exploited/,
  );
});
