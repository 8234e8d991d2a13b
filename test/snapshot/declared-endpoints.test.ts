import type { Endpoint } from '../../src/snapshot/collector.ts';
import { requireDeclared } from '../../src/snapshot/declared-endpoints.ts';

const endpoints: Endpoint[] = [
  'GET /info',
  'GET /images/{id}/json',
  'HEAD /containers/{id}/archive',
];

it.each([
  ['GET', '/info'],
  ['GET', '/images/sha256:b0fcbb68/json'],
  ['GET', '/images/bb@1.0-x_y/json'],
  ['HEAD', '/containers/4f5c/archive'],
] as const)('lets %s %s pass', (method, path) => {
  expect(() => requireDeclared(method, path, endpoints)).not.toThrow();
});

it.each([
  ['HEAD', '/info'],
  ['GET', '/containers/4f5c/archive'],
  ['GET', '/info/'],
  ['GET', '/info?x=1'],
  ['GET', 'info'],
  ['GET', '/images//json'],
  ['GET', '/images/./json'],
  ['GET', '/images/../json'],
  ['GET', '/images/a..b/json'],
  ['GET', '/images/a/b/json'],
  ['GET', '/images/a%2Fb/json'],
  ['GET', '/images/a?b/json'],
  ['GET', '/images/a\n/json'],
  ['GET', '/images/{id}/json'],
  ['GET', ''],
] as const)('stops %s %j', (method, path) => {
  expect(() => requireDeclared(method, path, endpoints)).toThrow('not among the declared');
});
