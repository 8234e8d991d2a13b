import {
  commandWords,
  environmentOf,
  expandWord,
  unitValues,
} from '../../../src/snapshot/normalise/unit-file.ts';

describe('values of a unit', () => {
  it.each<[string, string[], string[]]>([
    ['one', ['[Service]\nExecStart=/usr/bin/dockerd'], ['/usr/bin/dockerd']],
    ['blanks around', ['ExecStart = /a '], ['/a']],
    ['a continued line', ['ExecStart=/a \\\n  -H fd://\nX=1'], ['/a    -H fd://']],
    ['a comment between', ['ExecStart=/a \\\n# no\n; no\n -b'], ['/a   -b']],
    ['a drop-in that replaces', ['ExecStart=/a', 'ExecStart=\nExecStart=/b'], ['/b']],
    ['other keys', ['ExecStartPre=/a\nexecstart=/b'], []],
    ['no line', [''], []],
  ])('with %s', (_, texts, values) => {
    expect(unitValues(texts, 'ExecStart')).toEqual(values);
  });
});

it.each([
  ['/usr/bin/dockerd -H fd://  --tls', ['/usr/bin/dockerd', '-H', 'fd://', '--tls']],
  ['a "b c" d=\'e f\'', ['a', 'b c', 'd=e f']],
  ['"a \\"b\\"" c\\ d', ['a "b"', 'c d']],
  ['""', ['']],
  ['', []],
])('words of %j', (line, words) => {
  expect(commandWords(line)).toEqual(words);
});

it('variables of environment files', () => {
  const files = ['# comment\nA="-H tcp://x --tls"\nexport B=b\n', 'A=last\n=x\nnonsense\n'];

  expect(Object.fromEntries(environmentOf(files))).toEqual({ A: 'last', B: 'b' });
  expect(environmentOf([files[0] ?? '']).get('A')).toBe('-H tcp://x --tls');
});

it.each([
  ['$A', ['-H', 'tcp://x']],
  [`\${A}`, ['-H tcp://x']],
  [`--x=\${B}`, ['--x=b']],
  ['$UNSET', []],
  [`\${UNSET}`, ['']],
  ['a$A', ['a$A']],
])('word %j with its variables', (word, words) => {
  const environment = new Map([
    ['A', '-H tcp://x'],
    ['B', 'b'],
  ]);
  expect(expandWord(word, environment)).toEqual(words);
});
