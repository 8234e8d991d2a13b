export type Json = Record<string, unknown>;

/** An object inside a payload, with the JSON pointer that leads to it. */
export interface Located {
  pointer: string;
  value: Json;
}

/** True for a plain object, so neither null nor an array. */
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object inside `value`, itself included, outermost first. */
export function walkObjects(value: unknown, pointer: string): Located[] {
  const found: Located[] = [];
  collectObjects(value, pointer, found);
  return found;
}

/** Each message is walked through several times: a generator for each of its values took most of its check. */
function collectObjects(value: unknown, pointer: string, found: Located[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) found.push({ pointer, value: value as Json });
  for (const [key, item] of Object.entries(value)) {
    // Most values are texts, of which no pointer is needed.
    if (typeof item === 'object' && item !== null) collectObjects(item, `${pointer}/${key}`, found);
  }
}

/** The blocks themselves and those inside containers, with their pointers. */
export function* walkBlocks(blocks: readonly unknown[], pointer: string): Generator<Located> {
  for (const [index, block] of blocks.entries()) {
    if (!isJson(block)) continue;
    const here = `${pointer}/${index}`;
    yield { pointer: here, value: block };
    if (block.type === 'container' && Array.isArray(block.child_blocks)) {
      yield* walkBlocks(block.child_blocks, `${here}/child_blocks`);
    }
  }
}

/** Characters of all text inside the blocks: what `msg_blocks_too_long` counts. */
export function measureBlockText(blocks: readonly unknown[]): number {
  let length = 0;
  for (const { value } of walkObjects(blocks, '')) {
    if (typeof value.text === 'string') length += value.text.length;
  }
  return length;
}
