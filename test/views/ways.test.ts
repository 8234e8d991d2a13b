import type { WaysThrough } from '../../src/answers/isolation-answer.ts';
import { assess } from '../../src/assessment/assess.ts';
import { assessHost } from '../../src/posture/assess-host.ts';
import { privileged } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { waysCell, waysText } from '../../src/views/ways.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const some = { state: 'some', count: 3, isLeast: false, worst: 'direct' } as const;

it.each<[WaysThrough, string, string]>([
  [{ state: 'none' }, '0', 'no way to the host was found in the configuration'],
  [some, '3', '3 ways to root on the host'],
  [{ ...some, isLeast: true }, 'at least 3', 'at least 3 ways to root on the host'],
  [
    { state: 'not-kept' },
    'not kept',
    'ways to the host unknown: the last scan kept the ten worst of the host only',
  ],
  [{ state: 'unknown', reason: 'timeout' }, 'unknown', 'ways to the host unknown: timeout'],
])('says of %j what is known', (ways, cell, text) => {
  expect([waysCell(ways), waysText(ways)]).toEqual([cell, text]);
});

it('posture spells ten ways out and counts the others', () => {
  const snapshot = exampleSnapshot({
    container: { networks: [] },
    otherContainers: Array.from({ length: 300 }, (_, index) => ({
      ...privileged,
      networks: [],
      id: `c${index}`,
      name: `ci-${index}`,
    })),
  });
  const posture = assessHost([], [], assess(snapshot));
  const text = terminalText(
    answerDocument({
      ...hostileAnswers.posture,
      fleet: null,
      postures: [{ host: 'web-1', scannedAt: null, posture }],
    }),
  );

  expect(text).toContain('299 more ways');
  expect(text).toContain('290 more ways, through 300 containers in all');
});
