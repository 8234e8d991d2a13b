import { openListeners } from '../rules/open-listeners.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** A listener of the engine's own API that asks for no certificate, or may. */
export interface OpenApi {
  /** With its scheme, e.g. `http://0.0.0.0:2375`. */
  address: string;
  /** On a loopback address: only who is on the host, or on its network, reaches it. */
  isLocal: boolean;
  /** What tells of it. */
  evidence: Evidence;
  /** Why it is not known whether it asks for none. */
  unproven?: string;
}

/** The listeners of an engine that are known, none of one that was not read. */
export const openApis = (snapshot: Pick<Snapshot, 'engine' | 'hostFiles' | 'hostProcesses'>) =>
  snapshot.engine.state === 'unread'
    ? []
    : openListeners(snapshot.engine.value, snapshot).map(
        (listener): OpenApi => ({
          ...listener,
          isLocal: /\/\/(127\.|\[::1\]|localhost\b)/.test(listener.address),
        }),
      );

/** The host and port of such an address; an empty host and null where it names none. */
export function placeOf(address: string): { host: string; port: number | null } {
  const [, bracketed, plain = '', digits] =
    /^https?:\/\/(?:\[([0-9a-f:.]{2,45})\]|([^/:\s]{1,255})):(\d{1,5})/i.exec(address) ?? [];
  const host = bracketed ?? (plain === 'localhost' ? '127.0.0.1' : plain);
  return { host, port: digits === undefined ? null : Number(digits) };
}
