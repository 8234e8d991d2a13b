import { readVariables } from '../config/settings.ts';

const ANSWER_WITHIN_MS = 5_000;

/**
 * Asks `/healthz` of the bot that runs beside this process with the same environment. False also
 * when it does not answer in time. Never rejects.
 */
export async function isAlive(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  const { HOST: host, PORT: port } = readVariables(
    environment,
    { readFile: () => null, guardOf: () => null },
    [],
  );
  // What listens on every address listens on loopback as well.
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const name = address.includes(':') ? `[${address}]` : address;
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    return (await fetch(`http://${name}:${port}/healthz`, { signal })).ok;
  } catch {
    return false;
  }
}
