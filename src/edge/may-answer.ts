import type { TunnelRequest } from '../tunnel/frames.ts';
import { declaredCalls } from './declared-calls.ts';

/** A version as the hub agrees on with the engine, before the path of a call. */
const VERSION = /^\/v1\.\d{1,3}(?=\/)/;
/** Ids and names as engines give them: no encoding, nothing that leaves its segment. */
const SEGMENT = /^[A-Za-z0-9_.:@-]{1,256}$/;
const QUERY_NAME = /^[A-Za-z_-]{1,64}$/;

/** Whether a call is one of those that were compiled in; whatever the hub is, it gets no other. */
export function mayAnswer({ method, path, query }: TunnelRequest): boolean {
  const plain = path.replace(VERSION, '');
  const isDeclared = declaredCalls.some((call) => {
    const [declaredMethod, template = ''] = call.split(' ');
    return declaredMethod === method && fits(plain, template);
  });
  return isDeclared && Object.keys(query).every((name) => QUERY_NAME.test(name));
}

function fits(path: string, template: string): boolean {
  const [segments, expected] = [path.split('/'), template.split('/')];
  if (segments.length !== expected.length) return false;
  return expected.every((part, index) => {
    const segment = segments[index] ?? '';
    if (part !== '{id}') return segment === part;
    return SEGMENT.test(segment) && segment !== '.' && !segment.includes('..');
  });
}

/** Whether a call has no end of its own: events from now on. */
export const isStream = ({ path, query }: TunnelRequest): boolean =>
  path.replace(VERSION, '') === '/events' && query.until === undefined;
