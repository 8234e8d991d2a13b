import type { AgentOptions } from 'node:https';
import { UserError } from './errors.ts';

/** A way out for HTTPS. */
export interface WayOut {
  /** As in HTTPS_PROXY. */
  address: string;
  /** As in NO_PROXY; null for none. */
  except: string | null;
}

/** An option of Node from 22.21 and 24.5 on that the types of 22.18 do not have. */
type ProxyOptions = AgentOptions & { proxyEnv: Record<string, string> };

/** Options of connections that go through a proxy, by CONNECT. Throws `UserError` where this Node cannot. */
export function proxiedOptions(options: AgentOptions, { address, except }: WayOut): ProxyOptions {
  if (!process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
    throw new UserError('HTTPS_PROXY is set, and this version of Node knows no proxies.', {
      hint: 'Node 22.21 and 24.5, and newer ones, do.',
    });
  }
  const proxyEnv = { HTTPS_PROXY: address, ...(except === null ? {} : { NO_PROXY: except }) };
  return { ...options, proxyEnv };
}
