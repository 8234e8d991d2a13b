import { escapeLikeClient } from '../../../demo/workspace/escape.ts';
import { createState } from '../../../demo/workspace/state.ts';
import { processorMs } from '../../support/processor-ms.ts';

const state = createState({
  ...{ now: () => 0, botToken: 'xoxb-1', appToken: 'xapp-1', scopes: [], redirectUrls: [] },
});
const typed = (text: string) => escapeLikeClient(text, state);

test.each([
  ['on web1.example', 'on <http://web1.example|web1.example>'],
  ['a.b.example.com, and', '<http://a.b.example.com|a.b.example.com>, and'],
  ['see https://a.example/x now', 'see <https://a.example/x> now'],
  ['web1.example.internal stays', '<http://web1.example|web1.example>.internal stays'],
  ['1.2.3 and x_y.com', '1.2.3 and x_y.com'],
  ['@alice #security', '<@U0ALICE00|alice> <#C0SECURIT|security>'],
])('%s becomes %s', (text, escaped) => {
  expect(typed(text)).toBe(escaped);
});

test.each(['a.', 'a-', 'http://', '@a.', '.com'])(
  'a hundred thousand of “%s” take no time',
  (part) => {
    const text = part.repeat(100_000 / part.length);

    expect(processorMs(() => typed(text))[0]).toBeLessThan(500);
  },
);
