import fc from 'fast-check';

type Json = Readonly<Record<string, unknown>>;

const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

/** What takes the place of a value: other types, extremes, and names that objects have already. */
const replacements: readonly unknown[] = [
  ...[null, true, 0, -1, 1e308, '', ' ', '\u0000', '\ud800', '__proto__', 'constructor', '../..'],
  ...[[], {}, [[]], [null], { type: null }, { __proto__: null, toString: 1 }, deep(500)],
  ...['x'.repeat(3_000), '<@'.repeat(1_500), '|'.repeat(1_500), '-'.repeat(200), 'error', 'close'],
  ...[
    { id: 'U0ALICE00' },
    { text: 'x' },
    [{ type: 'button' }],
    Array.from({ length: 500 }, () => 0),
  ],
];

/** The same value changed at some places: replaced, left out, doubled into an array. */
export function mutated(template: Json): fc.Arbitrary<unknown> {
  const paths = pathsOf(template);
  const change = fc.record({
    path: fc.constantFrom(...paths),
    how: fc.constantFrom('replace', 'replace', 'remove', 'wrap', 'any'),
    replacement: fc.constantFrom(...replacements),
    any: fc.jsonValue({ maxDepth: 2 }),
  });
  return fc.array(change, { minLength: 0, maxLength: 3 }).map((changes) => {
    const root = { value: structuredClone(template) as unknown };
    for (const { path, how, replacement, any } of changes) {
      changeAt(root, ['value', ...path], (old, holder, key) => {
        if (how === 'remove') delete holder[key];
        else if (how === 'wrap') holder[key] = [old];
        // A copy: the next change may be inside of it.
        else holder[key] = structuredClone(how === 'any' ? any : replacement);
      });
    }
    return root.value;
  });
}

function pathsOf(value: unknown, before: readonly string[] = []): string[][] {
  const own = [[...before]];
  if (typeof value !== 'object' || value === null) return own;
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...before, key])),
  ];
}

function changeAt(
  root: Record<string, unknown>,
  path: readonly string[],
  change: (old: unknown, holder: Record<string, unknown>, key: string) => void,
): void {
  let holder: unknown = root;
  for (const key of path.slice(0, -1)) {
    holder = typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : undefined;
  }
  const last = path.at(-1) ?? '';
  if (typeof holder !== 'object' || holder === null) return;
  change(Reflect.get(holder, last), holder as Record<string, unknown>, last);
}
