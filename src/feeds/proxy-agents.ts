import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { UserError } from '../shared/errors.ts';

/** A way out for HTTPS. */
export interface WayOut {
  /** As in HTTPS_PROXY. */
  address: string;
  /** As in NO_PROXY; null for none. */
  except: string | null;
}

/** An option of Node from 22.21 and 24.5 on that the types of 22.18 do not have. */
type ProxyOptions = AgentOptions & { proxyEnv?: Record<string, string> };

/** What connections are made with. Throws `UserError` for a proxy that Node cannot use. */
export function agentsOf(proxy: WayOut | null): { http: HttpAgent; https: HttpsAgent } {
  const options: ProxyOptions = { keepAlive: true, maxSockets: 8 };
  if (proxy === null) return { http: new HttpAgent(options), https: new HttpsAgent(options) };
  if (!process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
    throw new UserError('HTTPS_PROXY is set, and this version of Node knows no proxies.', {
      hint: 'Node 22.21 and 24.5, and newer ones, do.',
    });
  }
  const proxyEnv = {
    HTTPS_PROXY: proxy.address,
    ...(proxy.except === null ? {} : { NO_PROXY: proxy.except }),
  };
  const proxied: ProxyOptions = { ...options, proxyEnv };
  return { http: new HttpAgent(options), https: new HttpsAgent(proxied) };
}
