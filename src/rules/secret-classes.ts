import type { EnvironmentVariable, ValueClass } from '../snapshot/facts/environment.ts';

const SECRET_CLASSES: readonly ValueClass[] = [
  'private-key',
  'cloud-key',
  'token',
  'password',
  'connection-string-with-password',
];

/** True for a variable whose value is a secret by its own form or by the promise of its name. */
export const isSecret = ({ valueClass }: EnvironmentVariable): boolean =>
  SECRET_CLASSES.includes(valueClass);

/** Name and class, e.g. `DB_PASSWORD (password)`: all that is known of a secret. */
export const secretLine = ({ name, valueClass }: EnvironmentVariable): string =>
  `${name} (${valueClass})`;
