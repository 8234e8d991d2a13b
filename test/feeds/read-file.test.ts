import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { membersOf } from '../../src/feeds/read-file.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const file = join(makeTemporaryFolder(), 'tracker.json');

async function read(text: string): Promise<[string, unknown][]> {
  writeFileSync(file, text);
  const found: [string, unknown][] = [];
  for await (const member of membersOf(file)) found.push(member);
  return found;
}

it('reads the members of any object, as JSON does', async () => {
  const space = fc.constantFrom(undefined, 1, '\t');
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), space, async (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(await read(text)).toEqual(Object.entries(JSON.parse(text) as object));
    }),
    { numRuns: 200 },
  );
});

it('reads members across the chunks in which a file comes', async () => {
  const value = Object.fromEntries(
    Array.from({ length: 40 }, (_, number) => [`p${number}`, `\\"}{é${'x'.repeat(5_000)}`]),
  );

  expect(await read(JSON.stringify(value))).toEqual(Object.entries(value));
});

it.each([
  ['', 0],
  ['{', 0],
  ['[1,2]', 0],
  ['{"a":1', 0],
  ['{"a":1}}', 1],
  ['{"a":1,"b":[1}', 1],
  ['{"a":1,"b":x}', 1],
  ['{"a":"1', 0],
])('gives nothing more of %s than was whole', async (text, whole) => {
  writeFileSync(file, text);
  let found = 0;
  const reading = (async () => {
    for await (const _member of membersOf(file)) found += 1;
  })();

  if (text === '') await reading;
  else await expect(reading).rejects.toThrow('is no JSON');
  expect(found).toBe(whole);
});
