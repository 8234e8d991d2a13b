import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commonErrors,
  findMethod,
  isListedError,
  methodNames,
} from '../../../demo/workspace/methods.ts';
import { handlers } from '../../../demo/workspace/web-api/handlers.ts';

const folder = join(import.meta.dirname, '../../../demo/workspace');

/** Every error that the sources can answer with. */
function emittedErrors(): string[] {
  const files = readdirSync(join(folder, 'web-api')).map((name) => join(folder, 'web-api', name));
  const sources = [...files, join(folder, 'triggers.ts'), join(folder, 'reply.ts')]
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const patterns = [
    /new ApiError\(\s*'(\w+)'/g,
    /getUser\(call, '\w+', '(\w+)'\)/g,
    /findJson\(call, '\w+', '(\w+)'/g,
    /refuse\(call, '(\w+)'/g,
    /refuse\(call, '\w+', '(\w+)'/g,
    /error: '(\w+)'/g,
    /'(\w+_trigger_id)'/g,
  ];
  return patterns.flatMap((pattern) =>
    [...sources.matchAll(pattern)].map(([, error = '']) => error),
  );
}

test('every method of the reference has a handler, and the other way round', () => {
  expect([...handlers.keys()].toSorted()).toEqual([...methodNames].toSorted());
});

test('every error that can be answered stands in the reference of some method', () => {
  const errors = [...new Set(emittedErrors())];

  expect(errors.length).toBeGreaterThan(50);
  const unknown = errors.filter(
    (error) => !methodNames.some((method) => isListedError(method, error)),
  );
  expect(unknown).toEqual([]);
});

test('the errors of all methods are few and stand in no reference of their own', () => {
  const listed = methodNames.flatMap((method) => findMethod(method)?.errors ?? []);

  expect(commonErrors.filter((error) => listed.includes(error))).toEqual([]);
  expect(commonErrors.length).toBeLessThanOrEqual(10);
});
