import { UserError } from './errors.ts';
import { table } from './table.ts';

/** What a server of any protocol has. */
interface Listening {
  once(event: 'error', told: (error: Error & { code?: string }) => void): unknown;
  listen(port: number, host: string, ready: () => void): unknown;
  address(): { port: number } | string | null;
}

/** Of a server over HTTP that strangers reach: whoever says nothing, or byte after byte, is not waited for. */
export const httpLimits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
} as const;
/** More of them would leave no file for the database and the engines. */
export const CONNECTIONS_MAX = 512;

const reasons = table<string>({
  EADDRINUSE: 'another program has it',
  EACCES: 'this user may not take it',
  EADDRNOTAVAIL: 'this machine has no such address',
});

/**
 * Lets a server listen; resolves with the port, which is a free one where 0 was asked for. Rejects with
 * `UserError` where that address cannot be had.
 */
export async function listenOn(
  server: Listening,
  { host, port }: { host: string; port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const reason = reasons.get(error.code ?? '');
      const taken = `Port ${port} of ${host} cannot be listened on: ${reason}.`;
      reject(reason ? new UserError(taken, { hint: 'Choose another port or address.' }) : error);
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}
