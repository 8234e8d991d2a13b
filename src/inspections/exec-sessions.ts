import type { ExecSession } from '../answers/container-past.ts';
import type { NamedContainer } from '../ports/stored-container.ts';
import type { ContainerEvent } from '../ports/watch-store.ts';

/** Each command that events tell the beginning of, with its end, the newest first. */
export function execSessions(
  events: readonly ContainerEvent[],
  known: readonly NamedContainer[],
): ExecSession[] {
  const key = (host: string, id: string | null) => JSON.stringify([host, id]);
  const ends = new Map(
    events
      .filter(({ kind, execId }) => kind === 'exec-ended' && execId !== null)
      .map((end) => [key(end.host, end.execId), end]),
  );
  const containers = new Map(known.map((each) => [key(each.host, each.id), each]));
  return events
    .filter(({ kind }) => kind === 'exec')
    .map(({ host, containerId, at, detail, execId }): ExecSession => {
      const container = containers.get(key(host, containerId));
      const end = execId === null ? undefined : ends.get(key(host, execId));
      const power = detail.exec ?? { state: 'unread', reason: 'it was not looked at' };
      return {
        host,
        container: { id: containerId, name: container?.name ?? null },
        power,
        startedAt: at,
        endedAt: end?.at ?? container?.removedAt ?? null,
        exitCode: end?.detail.exitCode ?? null,
      };
    })
    .reverse();
}
