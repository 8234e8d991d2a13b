import { UserError } from './errors.ts';

/** A way out for HTTPS. */
export interface WayOut {
  /** As in HTTPS_PROXY. */
  address: string;
  /** As in NO_PROXY; null for none. */
  except: string | null;
}

/** An option of agents in Node from 22.21 and 24.5 on that the types of 22.18 do not have. */
interface ProxyOptions {
  proxyEnv: Record<string, string>;
}

/** The options of an agent, with those by which it goes through a proxy, by CONNECT. Throws `UserError` where this Node cannot. */
export function proxiedOptions<T extends object>(
  options: T,
  { address, except }: WayOut,
): T & ProxyOptions {
  if (!process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
    throw new UserError('HTTPS_PROXY is set, and this version of Node knows no proxies.', {
      hint: 'Node 22.21 and 24.5, and newer ones, do.',
    });
  }
  const proxyEnv = { HTTPS_PROXY: address, ...(except === null ? {} : { NO_PROXY: except }) };
  return { ...options, proxyEnv };
}
