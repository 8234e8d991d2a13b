const deep = (levels: number): unknown => (levels === 0 ? null : [deep(levels - 1)]);

/** What may stand where something else belongs. */
const junk: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 2 ** 60, '', 'x', '\u0000\u202e', 'x'.repeat(5000)],
  ...['-'.repeat(20_000), 'a'.repeat(20_000), '../../x', '/'.repeat(3000), '<'.repeat(5000)],
  ...['tcp://u:p@h', 'eyJaaaaaa-'.repeat(500), '"\\'.repeat(2000), '=', 'A=', '0:0', 'host'],
  ...[[], {}, [null], [[]], { '': '' }, deep(500), JSON.parse('{"__proto__":{"x":1}}')],
];

/** A copy of an answer with a place spoilt for each few bytes: which, and by what. */
export function spoiltBy(answer: unknown, bytes: Uint8Array): unknown {
  const copy = { answer: structuredClone(answer) };
  for (let at = 0; at + 4 <= bytes.length && at < 64; at += 4) {
    const [steps = 0, first = 0, second = 0, what = 0] = bytes.subarray(at, at + 4);
    let holder: Record<string, unknown> = copy;
    let key = 'answer';
    for (let step = 0; step < steps % 6; step += 1) {
      const value = holder[key];
      if (typeof value !== 'object' || value === null) break;
      const keys = Object.keys(value);
      const next = keys[(first + second * step) % Math.max(1, keys.length)];
      if (next === undefined) break;
      holder = value as Record<string, unknown>;
      key = next;
    }
    // JSON has no holes.
    if (what >= 250 && Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (what >= 250) delete holder[key];
    else holder[key] = structuredClone(junk[what % junk.length]);
  }
  return copy.answer;
}
