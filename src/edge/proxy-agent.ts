import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import { UserError } from '../shared/errors.ts';

/** An option of Node from 22.21 and 24.5 on that the types of 22.18 do not have. */
type ProxyOptions = AgentOptions & { proxyEnv?: Record<string, string> };

/**
 * What connections to the hub are made with: through the proxy of HTTPS_PROXY, by CONNECT, so that it
 * sees nothing but where they go. Throws `UserError` for one that this Node cannot use.
 */
export function proxyAgent(proxy: string | undefined, except: string | undefined): HttpsAgent {
  const options: ProxyOptions = { keepAlive: false };
  if (proxy === undefined || proxy === '') return new HttpsAgent(options);
  if (!process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
    throw new UserError('HTTPS_PROXY is set, and this version of Node knows no proxies.', {
      hint: 'Node 22.21 and 24.5, and newer ones, do.',
    });
  }
  const proxyEnv = { HTTPS_PROXY: proxy, ...(except === undefined ? {} : { NO_PROXY: except }) };
  const proxied: ProxyOptions = { ...options, proxyEnv };
  return new HttpsAgent(proxied);
}
