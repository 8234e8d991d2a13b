import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import type { TlsFiles } from './endpoint.ts';
import { isBrokenConnection } from './failures.ts';

/**
 * Whether the engine turns away who shows no certificate. Having one proves nothing: an engine
 * started with `--tls` alone takes every client. Asks `HEAD /_ping` without one, on a connection of
 * its own; false as well when the reason of a failure is in doubt.
 */
export async function demandsClientCertificate(
  connection: { host: string; port: number; tls: TlsFiles | null },
  timeoutMs: number,
): Promise<boolean> {
  if (connection.tls === null) return false;
  const { host, port } = connection;
  const ca = await readFile(connection.tls.ca);
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { host, port, ca, path: '/_ping', method: 'HEAD', agent: false, signal };
    const attempt = request(options, (response) => {
      response.resume();
      resolve(false);
    });
    attempt.on('error', (error) => resolve(isRefusal(error)));
    attempt.end();
  });
}

/** A TLS alert, or the connection cut by a server that sends none. */
const isRefusal = (error: Error & { code?: string }): boolean =>
  isBrokenConnection(error) || (error.code ?? '').startsWith('ERR_SSL_');
