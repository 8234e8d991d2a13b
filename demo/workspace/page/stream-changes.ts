import type { ServerResponse } from 'node:http';

const gatherMs = 50;

/** Something that can be listened to until the returned function is called. */
type Source = (listener: () => void) => () => void;

/** Tells the page of changes by server-sent events, several quick ones of a kind together. */
export function streamChanges(
  sources: Readonly<Record<string, Source>>,
  response: ServerResponse,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('data: change\n\n');
  const stops = Object.entries(sources).map(([name, onChange]) => {
    let isPlanned = false;
    return onChange(() => {
      if (isPlanned) return;
      isPlanned = true;
      setTimeout(() => {
        isPlanned = false;
        response.write(`data: ${name}\n\n`);
      }, gatherMs).unref();
    });
  });
  response.on('close', () => {
    for (const stop of stops) stop();
  });
}
