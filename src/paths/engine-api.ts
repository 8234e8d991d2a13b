import type { EngineFacts } from '../snapshot/facts/engine.ts';

/** A listener of the engine's own API that asks for no certificate. */
export interface OpenApi {
  /** With its scheme, e.g. `http://0.0.0.0:2375`. */
  address: string;
  /** On a loopback address: only who is on the host, or on its network, reaches it. */
  isLocal: boolean;
  warning: string;
}

/** Listeners of which the engine itself warns; words of moby's daemon/info.go. */
export const openApis = ({ warnings }: EngineFacts): OpenApi[] =>
  warnings.flatMap((warning) => {
    const address = /API is accessible on (https?:\/\/\S+)/.exec(warning)?.[1];
    if (address === undefined) return [];
    const isLocal = /\/\/(127\.|\[::1\]|localhost\b)/.test(address);
    return [{ address, isLocal, warning }];
  });

/** The host and port of such an address; an empty host and null where it names none. */
export function placeOf(address: string): { host: string; port: number | null } {
  const [, bracketed, plain = '', digits] =
    /^https?:\/\/(?:\[([0-9a-f:.]{2,45})\]|([^/:\s]{1,255})):(\d{1,5})/i.exec(address) ?? [];
  const host = bracketed ?? (plain === 'localhost' ? '127.0.0.1' : plain);
  return { host, port: digits === undefined ? null : Number(digits) };
}
