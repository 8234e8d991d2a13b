import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { isJson, type Json, walkObjects } from '../../src/blocks/walk.ts';
import { kept, stateOfFiles } from './kept.ts';

export interface SlackTypesJudge {
  /** Complaints about the blocks of a message, each with its place; empty when there are none. */
  judge(blocks: readonly unknown[]): string[];
  /** How many limits the comments gave. */
  limitCount: number;
}

/** Blocks that messages may hold and the published types do not know yet. */
const unpublished = ['data_visualization'];

/**
 * A second judge of Block Kit that shares nothing with the product's: the types that Slack publishes,
 * made a JSON schema, with the limits that stand in their comments. Charts it leaves to the other
 * one, and it knows no rule about a message as a whole.
 */
export async function createSlackTypesJudge(): Promise<SlackTypesJudge> {
  const schema = await schemaOfTypes();
  let limitCount = 0;
  for (const { value } of walkObjects(schema, '')) {
    if (typeof value.description === 'string') limitCount += addLimits(value, value.description);
  }
  const validators = compileByType(schema);
  return {
    limitCount,
    judge: (blocks) => blocks.flatMap((block, index) => judgeBlock(validators, block, index)),
  };
}

/** Of all blocks. To make it takes the compiler of TypeScript, so it is kept. */
async function schemaOfTypes(): Promise<unknown> {
  const { resolve } = createRequire(import.meta.url);
  const types = dirname(resolve('@slack/types'));
  const generator = dirname(resolve('ts-json-schema-generator'));
  const madeOf = await stateOfFiles(types, generator, import.meta.filename);
  const folder = await kept('slack-types', madeOf, async (making) => {
    const { createGenerator } = await import('ts-json-schema-generator');
    const options = { path: join(types, 'index.d.ts'), type: 'KnownBlock', skipTypeCheck: true };
    const schema = createGenerator(options).createSchema('KnownBlock');
    writeFileSync(join(making, 'schema.json'), JSON.stringify(schema));
  });
  return JSON.parse(readFileSync(join(folder, 'schema.json'), 'utf8'));
}

function judgeBlock(
  validators: ReadonlyMap<unknown, ValidateFunction>,
  block: unknown,
  index: number,
): string[] {
  const type = isJson(block) ? block.type : undefined;
  if (unpublished.some((name) => name === type)) return [];
  const validate = validators.get(type);
  if (validate === undefined) return [`/blocks/${index} has the unknown type ${String(type)}`];
  if (validate(block)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `/blocks/${index}${instancePath} ${message ?? 'is wrong'}`,
  );
}

/** One validator per type of block: a union of all would complain once for each. */
function compileByType(schema: unknown): Map<unknown, ValidateFunction> {
  const definitions = (schema as { definitions: Record<string, Json> }).definitions;
  const ajv = new Ajv({ strict: false }).addSchema({ $id: 'types', definitions });
  const blocks = Object.entries(definitions).filter(([name]) => name.endsWith('Block'));
  return new Map(
    blocks.flatMap(([name, { properties }]) => {
      const type =
        isJson(properties) && isJson(properties.type) ? properties.type.const : undefined;
      const validate = ajv.getSchema(`types#/definitions/${name}`);
      return type === undefined || validate === undefined ? [] : [[type, validate] as const];
    }),
  );
}

interface Limits {
  lengthMin?: number | undefined;
  lengthMax?: number | undefined;
  countMin?: number | undefined;
  countMax?: number | undefined;
  innerCountMax?: number | undefined;
}

/** Puts the limits of a comment into the schema that it describes, and tells how many they are. */
function addLimits(schema: Json, description: string): number {
  const found = limitsIn(description);
  const isList = schema.type === 'array';
  const texts = isList ? schema.items : schema;
  if (isJson(texts)) addLength(texts, found);
  if (isList) {
    Object.assign(schema, {
      ...(found.countMin !== undefined && { minItems: found.countMin }),
      ...(found.countMax !== undefined && { maxItems: found.countMax }),
    });
    if (isJson(schema.items) && found.innerCountMax !== undefined) {
      schema.items.maxItems = found.innerCountMax;
    }
  }
  return Object.values(found).filter((limit) => limit !== undefined).length;
}

/** A text is a string, or an object whose `text` is one: a reference, which may have siblings. */
function addLength(schema: Json, { lengthMin, lengthMax }: Limits): void {
  if (lengthMin === undefined && lengthMax === undefined) return;
  const limits = {
    ...(lengthMin !== undefined && { minLength: lengthMin }),
    ...(lengthMax !== undefined && { maxLength: lengthMax }),
  };
  if (schema.type === 'string') Object.assign(schema, limits);
  else schema.allOf = [{ properties: { text: limits } }];
}

/** The comments are prose, and say one thing in several ways. */
function limitsIn(description: string): Limits {
  const text = description.replace(/\s+/g, ' ').replaceAll(/\{@link [^}]*\}/g, 'link');
  const number = (...patterns: RegExp[]): number | undefined => {
    const digits = patterns.map((pattern) => pattern.exec(text)?.[1]).find(Boolean);
    return digits === undefined ? undefined : Number(digits.replaceAll(',', ''));
  };
  const below = number(/must be less than (\d+) characters/i);
  return {
    lengthMin: number(/minimum length (?:[^.]*? )??is (\d+)/i),
    lengthMax:
      number(/maximum length (?:[^.]*? )??is ([\d,]+)/i, /limit ([\d,]+) characters/i) ??
      (below === undefined ? undefined : below - 1),
    countMin: number(/minimum (\d+), maximum \d+ \w+/i),
    countMax: number(
      /maximum (?:of )?(\d+) (?:rows|items|blocks|cards|elements|options)/i,
      /maximum number of (?:items|options|option groups) is (\d+)/i,
      /array of up to (\d+) /i,
    ),
    innerCountMax: number(/array with a max of (\d+) table cells/i),
  };
}
