import type { EdgeTunnels } from '../ports/edge-tunnels.ts';
import { OutsideError } from '../shared/errors.ts';
import type { EdgeSession } from './edge-session.ts';

/** The connections of this process by their hosts. */
export interface Tunnels extends EdgeTunnels {
  find(host: string): EdgeSession | null;
  list(): EdgeSession[];
  /** In the place of none; it leaves by itself when it ends. */
  add(session: EdgeSession): void;
}

/** None yet: whoever listens for edges adds them. */
export function createTunnels(): Tunnels {
  const sessions = new Map<string, EdgeSession>();
  return {
    find: (host) => sessions.get(host) ?? null,
    list: () => [...sessions.values()],
    add(session) {
      sessions.set(session.host, session);
      void session.ended.then(() => {
        if (sessions.get(session.host) === session) sessions.delete(session.host);
      });
    },
    async ask(host, call, signal) {
      const session = sessions.get(host);
      if (session !== undefined) return session.ask(call, signal);
      throw new OutsideError('engine-unreachable', `the edge of ${host} is not connected`, {
        isRetryable: true,
      });
    },
  };
}
