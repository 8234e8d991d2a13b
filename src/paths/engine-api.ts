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
