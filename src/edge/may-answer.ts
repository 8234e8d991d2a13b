import { fitsTemplate } from '../shared/fits-template.ts';
import type { TunnelRequest } from '../tunnel/frames.ts';
import { declaredCalls, declaredQueries } from './declared-calls.ts';

/** A version as the hub agrees on with the engine, before the path of a call. */
const VERSION = /^\/v1\.\d{1,3}(?=\/)/;
/** What stands for the part of a query that is another each time, and what it may be. */
const VARIABLES = [
  ['{seconds}', /^\d{1,20}\.\d{9}$/],
  ['{pids}', /^\d{1,10}(,\d{1,10}){0,99}$/],
] as const;

type Query = TunnelRequest['query'];

/** The queries of a declared call. */
function queriesOf(call: string): Query[] {
  const queries = declaredQueries
    .filter((declared) => declared.startsWith(`${call}?`))
    .map((declared) => {
      const values = declared.slice(call.length + 1).split('&');
      return Object.fromEntries(values.map((value) => value.split('=', 2)));
    });
  return queries.length === 0 ? [{}] : queries;
}

/**
 * Whether a call is one of those that were compiled in, with a query of its own; whatever the hub is, it gets no
 * other: of some an engine measures its disk, or prints the environments of processes.
 */
export function mayAnswer({ method, path, query }: TunnelRequest): boolean {
  const plain = path.replace(VERSION, '');
  return declaredCalls.some((call) => {
    const [declaredMethod, template = ''] = call.split(' ');
    const isDeclared = declaredMethod === method && fitsTemplate(plain, template);
    return isDeclared && queriesOf(call).some((declared) => isLike(query, declared));
  });
}

function isLike(query: Query, declared: Query): boolean {
  const entries = Object.entries(query);
  return (
    entries.length === Object.keys(declared).length &&
    entries.every(
      ([name, value]) => Object.hasOwn(declared, name) && isValue(value, declared[name]),
    )
  );
}

/** What is another each time stands at the end of a value. */
function isValue(value: string, expected = ''): boolean {
  const variable = VARIABLES.find(([name]) => expected.endsWith(name));
  if (!variable) return value === expected;
  const start = expected.slice(0, -variable[0].length);
  return value.startsWith(start) && variable[1].test(value.slice(start.length));
}

/** Whether a call has no end of its own: events from now on. */
export const isStream = ({ path, query }: TunnelRequest): boolean =>
  path.replace(VERSION, '') === '/events' && query.until === undefined;
