import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { listApiCalls } from '../../scripts/docs/engine-calls.ts';
import { renderHaproxy } from '../../scripts/docs/socket-proxy.ts';
import { negotiationEndpoints } from '../../src/engine/open-engine.ts';
import { collectorEndpoints } from '../../src/engine/snapshot-taker.ts';
import { requireDeclared } from '../../src/snapshot/declared-endpoints.ts';
import { watchCalls } from '../../src/snapshot/watch-calls.ts';

/** The patterns of a configuration, by method. */
const patternsOf = (configuration: string) =>
  [...configuration.matchAll(/^ {4}acl listed_(\w+) path_reg '(.*)'$/gm)].map(
    ([, method = '', pattern = '']) => [method.toUpperCase(), new RegExp(pattern)] as const,
  );
const passes = (configuration: string, method: string, path: string) =>
  patternsOf(configuration).some(([one, pattern]) => one === method && pattern.test(path));
const isDeclared = (method: 'GET' | 'HEAD', path: string) => {
  try {
    requireDeclared(method, path, listApiCalls());
    return true;
  } catch {
    return false;
  }
};

const shipped = readFileSync('deploy/socket-proxy/haproxy.cfg', 'utf8');

test('the shipped proxy has a line for each call of the engine’s reader, and no other', () => {
  const calls = new Set<string>([
    ...collectorEndpoints,
    ...negotiationEndpoints,
    ...watchCalls.reads,
  ]);

  expect(patternsOf(shipped)).toHaveLength(calls.size);
  for (const call of calls) {
    const [method = '', path = ''] = call.split(' ');
    for (const id of ['4f5c', 'sha256:4f5c', 'web-1.2_x']) {
      const asked = path.replace('{id}', id);
      expect([asked, passes(shipped, method, asked)]).toEqual([asked, true]);
      expect(passes(shipped, method, `/v1.45${asked}`)).toBe(true);
      expect(passes(shipped, 'POST', asked)).toBe(false);
    }
  }
});

test('no path passes it that the reader itself would not ask', () => {
  const word = fc.constantFrom(
    ...[
      'containers',
      'json',
      'exec',
      'images',
      'archive',
      'top',
      'info',
      'export',
      'x',
      'sha256:1',
    ],
    ...['', '.', '..', 'a..b', '.a', 'a.', '%2e', '%2F', 'a b', 'a?b', 'a\n', 'v1.45', '{id}'],
  );
  const path = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => `/${words.join('/')}`);

  fc.assert(
    fc.property(fc.constantFrom('GET' as const, 'HEAD' as const), path, (method, asked) => {
      const bare = asked.replace(/^\/v1\.45(?=\/)/, '');
      return !passes(shipped, method, asked) || isDeclared(method, bare);
    }),
    { numRuns: 5_000 },
  );
});

test('a call that a collector declares anew is in the next configuration by itself', () => {
  const calls = ['GET /events', 'HEAD /containers/{id}/archive', 'GET /info'] as const;
  const configuration = renderHaproxy(calls);

  expect(passes(configuration, 'GET', '/v1.45/events')).toBe(true);
  expect(passes(configuration, 'HEAD', '/containers/web/archive')).toBe(true);
  expect(passes(configuration, 'GET', '/containers/web/archive')).toBe(false);
  expect(configuration).toContain(
    'deny unless { method GET } listed_get or { method HEAD } listed_head\n',
  );
});
