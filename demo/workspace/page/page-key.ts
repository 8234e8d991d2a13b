import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The secret without which the page shows nothing and does nothing. */
export interface PageKey {
  /** What the printed address ends in. */
  query: string;
  /** True for the query of the printed address. */
  opens(query: URLSearchParams): boolean;
  /** The header `set-cookie` for a browser that came by the printed address. */
  cookie(): string;
  /** True for a request with that cookie. */
  isHeldBy(request: IncomingMessage): boolean;
}

const PARAMETER = 'token';

/**
 * A key of 128 random bits. Browsers send a cookie to every port of a machine, so its name carries the
 * port: the workspaces of one machine do not take it from each other.
 */
export function createPageKey(port: () => number): PageKey {
  const value = randomBytes(16).toString('hex');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const isKey = (text: string) => timingSafeEqual(digest(text), digest(value));
  const name = () => `seawall-${port()}`;
  return {
    query: `?${PARAMETER}=${value}`,
    opens: (query) => isKey(query.get(PARAMETER) ?? ''),
    cookie: () => `${name()}=${value}; Path=/; HttpOnly; SameSite=Strict`,
    isHeldBy({ headers }) {
      const start = `${name()}=`;
      const cookies = (headers.cookie ?? '').split('; ');
      return cookies.some((text) => text.startsWith(start) && isKey(text.slice(start.length)));
    },
  };
}
