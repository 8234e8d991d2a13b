import fc from 'fast-check';
import { plainLine, splitWords } from '../../src/command/plain-line.ts';
import { quoteWord } from '../../src/shared/text.ts';

test.each([
  ['scan on <http://web1.example.com|web1.example.com>', 'scan on web1.example.com'],
  ['scan on <http://web1.example.com>', 'scan on http://web1.example.com'],
  ['scan on <http://web1.example.com|>', 'scan on http://web1.example.com'],
  ['explain <mailto:a@web-1.example|a@web-1.example>', 'explain a@web-1.example'],
  ['explain <mailto:a@web-1.example>', 'explain a@web-1.example'],
  ['inspect <@U1|alice>', 'inspect @U1'],
  ['inspect <#C1|general>', 'inspect #C1'],
  ['inspect <!channel>', 'inspect !channel'],
  ['inspect a&amp;b &lt;c&gt;', 'inspect a&b <c>'],
  ['inspect &amp;lt;', 'inspect &lt;'],
  ['inspect “my web” ‘two’', 'inspect "my web" \'two\''],
  ['findings —json –all', 'findings --json --all'],
  ['a — b', 'a — b'],
  ['scan\u00a0on\u202fweb-1\u200b', 'scan on web-1'],
  ['  scan \t on\nweb-1 ', 'scan on web-1'],
])('%j becomes %j', (typed, plain) => {
  expect(plainLine(typed)).toBe(plain);
});

test.each([
  ['inspect "my web" two', ['inspect', 'my web', 'two']],
  ["inspect 'my web'", ['inspect', 'my web']],
  ['inspect "open', ['inspect', '"open']],
  ["it's", ["it's"]],
  ['""', ['']],
  ['', []],
])('%j has the words %j', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test('a quoted word comes back whole', () => {
  const word = fc.string({ maxLength: 30 }).map((text) => text.replaceAll('"', ''));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), (words) => {
      expect(splitWords(words.map(quoteWord).join(' '))).toEqual(words);
    }),
  );
});
