import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Writes bytes to a socket, of a path or a port, and gives what came back until the other side hung up or said nothing
 * for a moment: for requests that no client would send. So many answers are waited for in any case.
 */
export async function sendRaw(
  place: string | { host: string; port: number },
  bytes: string,
  quietMs = 300,
  answers = 0,
): Promise<string> {
  const socket = typeof place === 'string' ? connect(place) : connect(place);
  await once(socket, 'connect');
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  socket.on('error', () => {}); // Being cut off is an answer as well.
  socket.setTimeout(quietMs, () => {
    if (statusesIn(received).length >= answers) socket.destroy();
    else socket.setTimeout(quietMs);
  });
  const closed = once(socket, 'close');
  socket.write(bytes);
  await closed;
  return received;
}

/** Status lines of all answers in a stream, e.g. `[403, 200]`. */
export const statusesIn = (received: string): number[] =>
  [...received.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status));
