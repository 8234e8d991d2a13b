import { stringify } from 'yaml';
import { settingsFile } from './settings-file.ts';

/** The parts of a declaration, as JSON Schema, that the pages show. */
export interface Declaration {
  description?: string;
  default?: unknown;
  examples?: readonly unknown[];
  enum?: readonly string[];
  required?: readonly string[];
  properties?: Readonly<Record<string, Declaration>>;
  items?: Declaration;
}

/** The YAML file as JSON Schema: what may be written, with meaning, default and example of each key. */
export const settingsSchema = (): Declaration =>
  settingsFile.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as Declaration;

/** A YAML file with everything in it, by the example of each key. */
export const settingsExample = (): string => stringify(exampleOf(settingsSchema()));

function exampleOf({ examples, properties, items }: Declaration): unknown {
  if (examples !== undefined) return examples[0];
  if (items?.properties !== undefined) return [exampleOf(items)];
  return Object.fromEntries(
    Object.entries(properties ?? {}).map(([key, value]) => [key, exampleOf(value)]),
  );
}
