import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { proxiedOptions, type WayOut } from '../shared/proxied-options.ts';

/** What connections are made with. Throws `UserError` for a proxy that Node cannot use. */
export function agentsOf(proxy: WayOut | null): { http: HttpAgent; https: HttpsAgent } {
  const options: AgentOptions = { keepAlive: true, maxSockets: 8 };
  const secure = proxy === null ? options : proxiedOptions(options, proxy);
  return { http: new HttpAgent(options), https: new HttpsAgent(secure) };
}
