import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Surface } from './block.ts';
import schema from './block-kit.schema.json' with { type: 'json' };
import { limits } from './limits.ts';
import { checkPayloadRules } from './payload-rules.ts';
import type { Problem } from './problem.ts';
import { isJson } from './walk.ts';

export interface MessagePayload {
  text?: string;
  blocks?: readonly unknown[];
}

/** Everything Slack would refuse in these blocks on this surface; empty when they are valid. */
export const validateBlocks = (blocks: readonly unknown[], surface: Surface): Problem[] => [
  ...blocks.flatMap((block, index) => checkBlockStructure(block, `/blocks/${index}`)),
  ...checkPayloadRules(blocks, surface),
];

/**
 * Everything Slack would refuse or cut in a message. Blocks without `text` are a problem too: it is
 * what notifications and screen readers show.
 */
export function validateMessage(message: MessagePayload): Problem[] {
  const problems = validateBlocks(message.blocks ?? [], 'message');
  const length = message.text?.trim().length ?? 0;
  if (length === 0) problems.push({ pointer: '/text', message: 'must not be empty', rule: 'text' });
  if (length > limits.messageText.value) {
    const most = limits.messageText.value;
    problems.push({ pointer: '/text', message: `is cut after ${most} characters`, rule: 'text' });
  }
  return problems;
}

/** Everything Slack would refuse in a modal or a Home tab. */
export function validateView(view: unknown): Problem[] {
  const problems = checkViewStructure(view);
  if (!isJson(view) || !Array.isArray(view.blocks)) return problems;
  const surface = view.type === 'home' ? 'home' : 'modal';
  return [...problems, ...validateBlocks(view.blocks, surface)];
}

interface Branch {
  $ref?: string;
  required?: readonly string[];
  properties?: { type?: { const?: unknown; enum?: readonly unknown[] } };
  oneOf?: readonly Branch[];
}

const definitions = schema.$defs as Record<string, Branch>;
const definitionName = (ref: string) => ref.replace('#/$defs/', '');
const targetOf = (branch: Branch) =>
  branch.$ref ? definitions[definitionName(branch.$ref)] : branch;

// Strict mode stops at the partial sub-schemas of this schema. Whoever waits for the first message waits for what is done
// here: to shorten what is compiled of it takes longer than it saves, and that it is a schema is for the tests to find.
const ajv = new Ajv2020({
  strict: false,
  verbose: true,
  validateSchema: false,
  code: { optimize: false },
});
addFormats.default(ajv);
ajv.addKeyword({
  keyword: 'oneByType',
  schemaType: 'array',
  validate(branches: readonly Branch[], data: unknown): boolean {
    const branch = branches.find((one) => isJson(data) && takesType(one, data.type));
    return branch?.$ref !== undefined && getValidator(definitionName(branch.$ref))(data) === true;
  },
});
ajv.addSchema({ ...schema, $defs: Object.fromEntries(Object.entries(definitions).map(byType)) });

/**
 * A union of definitions each of which demands a `type` of its own, as one that looks at that first: whoever never uses
 * the others never compiles them, which for all that a block of actions may hold takes a fifth of a second.
 */
function byType([name, definition]: [string, Branch]): [string, object] {
  const { oneOf = [], ...others } = definition;
  const targets = oneOf.map((branch) => (branch.$ref ? targetOf(branch) : undefined));
  const types = targets.map((target) =>
    target?.required?.includes('type') ? target.properties?.type?.const : undefined,
  );
  const isByType = !types.includes(undefined) && new Set(types).size === types.length;
  return [name, oneOf.length > 0 && isByType ? { ...others, oneByType: oneOf } : definition];
}

function getValidator(name: string): ValidateFunction {
  const validate = ajv.getSchema(`${schema.$id}#/$defs/${name}`);
  if (!validate) throw new Error(`block-kit.schema.json has no definition ${name}`);
  return validate;
}

function takesType(branch: Branch, type: unknown): boolean {
  const own = targetOf(branch)?.properties?.type;
  return own?.const === type || (own?.enum?.includes(type) ?? false);
}

const toProblem = (error: ErrorObject, pointer: string): Problem => {
  const property: unknown = error.params.additionalProperty;
  const detail = typeof property === 'string' ? `: ${property}` : '';
  return {
    pointer: pointer + error.instancePath,
    message: `${error.message ?? 'is not valid'}${detail}`,
    rule: 'structure',
  };
};

/** Of all the branches a union tried, only the one with the value's own `type` tells something. */
function explainUnion(
  union: ErrorObject,
  errors: readonly ErrorObject[],
  pointer: string,
): Problem[] {
  const here = pointer + union.instancePath;
  const branches = union.schema as readonly Branch[];
  const type = isJson(union.data) ? union.data.type : undefined;
  const index = branches.findIndex((branch) => takesType(branch, type));
  const branch = branches[index];
  if (!branch) {
    return [{ pointer: here, message: `type ${String(type)} is not allowed`, rule: 'structure' }];
  }
  if (branch.$ref) return checkDefinition(definitionName(branch.$ref), union.data, here);
  return errors
    .filter((error) => error.schemaPath.includes(`/oneOf/${index}/`))
    .flatMap((error) => toProblems(error, pointer));
}

const toProblems = (error: ErrorObject, pointer: string): Problem[] =>
  error.keyword === 'oneByType' ? explainUnion(error, [], pointer) : [toProblem(error, pointer)];

function checkDefinition(name: string, value: unknown, pointer: string): Problem[] {
  const validate = getValidator(name);
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  // Ajv tells of the unions inside a branch before the union itself.
  const union = errors.findLast(({ keyword }) => keyword === 'oneOf' || keyword === 'oneByType');
  const explained = union ? explainUnion(union, errors, pointer) : [];
  if (explained.length > 0) return explained;
  return errors.flatMap((error) => toProblems(error, pointer));
}

const definitionByType: ReadonlyMap<unknown, string> = new Map(
  Object.entries(definitions)
    .filter(([name]) => name.endsWith('_block'))
    .map(([name, definition]) => [definition.properties?.type?.const, name]),
);

/**
 * Checks one block against the schema of its own `type`: far quicker, and one clear problem instead
 * of one for each block type that it is not.
 */
function checkBlockStructure(block: unknown, pointer: string): Problem[] {
  if (!isJson(block)) return [{ pointer, message: 'must be an object', rule: 'structure' }];
  const name = definitionByType.get(block.type);
  if (name === undefined) {
    const message = `unsupported type: ${String(block.type)}`;
    return [{ pointer: `${pointer}/type`, message, rule: 'structure' }];
  }
  return checkDefinition(name, block, pointer);
}

/** Checks what a view holds besides its blocks. */
function checkViewStructure(view: unknown): Problem[] {
  const type = isJson(view) ? view.type : undefined;
  if (type !== 'modal' && type !== 'home') {
    return [{ pointer: '/type', message: 'must be modal or home', rule: 'structure' }];
  }
  const validate = getValidator(`${type}_view`);
  if (validate(view)) return [];
  return (validate.errors ?? [])
    .filter((error) => !/^\/blocks\/\d/.test(error.instancePath) && error.keyword !== 'if')
    .map((error) => toProblem(error, ''));
}
