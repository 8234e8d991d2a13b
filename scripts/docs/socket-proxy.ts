import type { Endpoint } from '../../src/snapshot/collector.ts';
import { filled } from './page.ts';

/** One segment of a path: the characters of ids, no two dots in a row and without any encoding. */
const SEGMENT = String.raw`[A-Za-z0-9_:@-]+(\.[A-Za-z0-9_:@-]+)*`;
/** Seawall asks with the version it agreed on, and without one at first. */
const VERSION = String.raw`(/v1\.[0-9]{1,3})?`;

/**
 * Configuration of HAProxy that lets the given calls through to an engine's socket, by method and
 * whole path, and answers everything else with 403.
 */
export function renderHaproxy(calls: readonly Endpoint[]): string {
  const sorted = [...new Set(calls)].sort();
  const methods = [...new Set(sorted.map(methodOf))];
  const acls = sorted.map(
    (call) => `    acl ${nameOf(methodOf(call))} path_reg '${patternOf(call)}'`,
  );
  const passes = methods.map((method) => `{ method ${method} } ${nameOf(method)}`).join(' or ');
  return filled('deploy/socket-proxy/haproxy.cfg', {
    calls: acls.join('\n'),
    passes: `    http-request deny unless ${passes}`,
  });
}

const methodOf = (call: Endpoint) => call.split(' ')[0] ?? '';
const nameOf = (method: string) => `listed_${method.toLowerCase()}`;

function patternOf(call: Endpoint): string {
  const path = call.split(' ')[1] ?? '';
  return `^${VERSION}${path.replaceAll('.', String.raw`\.`).replaceAll('{id}', SEGMENT)}$`;
}
