/**
 * What is known by name, to be looked up by text that anybody may have written: what every object has
 * (`constructor`, `__proto__`) is no entry of it.
 */
export const table = <T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> =>
  new Map(Object.entries(entries));
