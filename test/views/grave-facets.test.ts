import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { hostileAnswers, hostState } from '../support/hostile-answers.ts';

test('a list of containers names first what hands out the host', () => {
  const [one] = hostileAnswers.containers.containers;
  if (one === undefined) throw new Error('the answer has no container');
  const facets = ['can-gain-privileges', 'docker-socket', 'no-cpu-limit', 'privileged', 'root'];
  const answer = {
    ...hostileAnswers.containers,
    hosts: [hostState()],
    containers: [{ ...one, facets }],
  };

  expect(terminalText(answerDocument(answer)).replace(/\s+/g, ' ')).toContain(
    'privileged, docker-socket, can-gain-privileges, no-cpu-limit, root',
  );
});
