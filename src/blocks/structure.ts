import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import schema from './block-kit.schema.json' with { type: 'json' };
import type { Problem } from './problem.ts';
import { isJson } from './walk.ts';

interface Branch {
  $ref?: string;
  properties?: { type?: { const?: unknown; enum?: readonly unknown[] } };
}

const definitions = schema.$defs as Record<string, Branch>;

// Strict mode stops at the partial sub-schemas of this schema. A process that starts waits for what is done here: to
// shorten what is compiled of it takes longer than it saves, and that it is a schema is for the tests to find.
const ajv = new Ajv2020({
  strict: false,
  verbose: true,
  validateSchema: false,
  code: { optimize: false },
});
addFormats.default(ajv);
ajv.addSchema(schema);

const definitionName = (ref: string) => ref.replace('#/$defs/', '');

function getValidator(name: string): ValidateFunction {
  const validate = ajv.getSchema(`${schema.$id}#/$defs/${name}`);
  if (!validate) throw new Error(`block-kit.schema.json has no definition ${name}`);
  return validate;
}

/**
 * Compiles what the first message with a button would stop the process for, a fifth of a second: of all blocks
 * by far the largest. The others take milliseconds each, when they are needed.
 */
export function prepareStructures(): void {
  getValidator('actions_block');
}

function takesType(branch: Branch, type: unknown): boolean {
  const target = branch.$ref ? definitions[definitionName(branch.$ref)] : branch;
  const own = target?.properties?.type;
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
    .map((error) => toProblem(error, pointer));
}

function checkDefinition(name: string, value: unknown, pointer: string): Problem[] {
  const validate = getValidator(name);
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  // Ajv tells of the unions inside a branch before the union itself.
  const union = errors.findLast((error) => error.keyword === 'oneOf');
  const explained = union ? explainUnion(union, errors, pointer) : [];
  if (explained.length > 0) return explained;
  return errors.map((error) => toProblem(error, pointer));
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
export function checkBlockStructure(block: unknown, pointer: string): Problem[] {
  if (!isJson(block)) return [{ pointer, message: 'must be an object', rule: 'structure' }];
  const name = definitionByType.get(block.type);
  if (name === undefined) {
    const message = `unsupported type: ${String(block.type)}`;
    return [{ pointer: `${pointer}/type`, message, rule: 'structure' }];
  }
  return checkDefinition(name, block, pointer);
}

/** Checks what a view holds besides its blocks. */
export function checkViewStructure(view: unknown): Problem[] {
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
