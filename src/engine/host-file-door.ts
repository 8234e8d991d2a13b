import { OutsideError, statusOf } from '../shared/errors.ts';
import type {
  HostFileDoor,
  HostFileWindow,
  HostPathStat,
  HostView,
  ProbeEndpoint,
} from '../snapshot/collector.ts';
import { answerList, count, field, foreign, text } from '../snapshot/foreign.ts';
import { parsePathStat } from '../snapshot/normalise/path-stat.ts';
import { readHeaders } from './answer-status.ts';
import type { Finish } from './exchange.ts';
import {
  type Ask,
  type ConnectionOptions,
  type EngineConnection,
  openConnection,
} from './open-connection.ts';
import {
  createProbe,
  listLabelled,
  newProbeName,
  removeLeftoverProbes,
  removeProbe,
} from './probe-calls.ts';
import { hostLinkTarget, probeRequest, targets } from './probe-request.ts';
import { readAnswer, readTarOwner } from './read-answer.ts';

export interface HostFileDoorOptions extends ConnectionOptions {
  /** The only calls that can be made. */
  allowedEndpoints: readonly ProbeEndpoint[];
  /** Age from which a probe belongs to a Seawall that died; a minute when not given. */
  leftoverSeconds?: number | undefined;
}

export interface OpenHostFileDoor extends HostFileDoor {
  close(): void;
}

/**
 * The door of the evidence level `files`, apart from `openEngine` because it can write: it creates a
 * container that never runs and has the asked paths as read-only binds, reads them through the
 * archive endpoint and removes it. Opening dials nothing. Throws `UserError` for a wrong url.
 */
export function openHostFileDoor(options: HostFileDoorOptions): OpenHostFileDoor {
  const connection = openConnection(options);
  return {
    async look(view, use) {
      const { id, shown } = await createView(connection, view);
      try {
        await removeLeftovers(connection, id, options.leftoverSeconds);
        return await use(openWindow(connection.ask, id, { ...view, paths: shown }));
      } finally {
        await removeProbe(connection, id);
      }
    },
    close: connection.close,
  };
}

/** Leaves out, one by one, the paths of which the engine says that the host has none such. */
async function createView(
  connection: EngineConnection,
  view: HostView,
): Promise<{ id: string; shown: readonly string[] }> {
  const name = newProbeName();
  let shown = view.paths;
  for (;;) {
    try {
      const body = probeRequest({ ...view, paths: shown });
      return { id: await createProbe(connection, name, body), shown };
    } catch (error) {
      const missing = statusOf(error) === 400 ? missingPath(error, shown) : undefined;
      if (missing === undefined) throw error;
      shown = shown.filter((path) => path !== missing);
    }
  }
}

/** `invalid mount config for type "bind": bind source path does not exist: /path` (moby). */
const missingPath = (error: unknown, paths: readonly string[]): string | undefined =>
  paths.find((path) => String(error).endsWith(`does not exist: ${path}`));

/** Ages are compared with our own probe's, so that no clock but the engine's is asked. */
async function removeLeftovers(
  connection: EngineConnection,
  ownId: string,
  leftoverSeconds: number | undefined,
): Promise<void> {
  const probes = await listLabelled(connection, '/containers/json');
  const own = probes.find((probe) => field(probe, 'Id').value === ownId);
  if (!own) return;
  const now = count(field(own, 'Created'));
  await removeLeftoverProbes(connection, probes, now, new Set(), leftoverSeconds);
}

function openWindow(ask: Ask, id: string, { paths, dataRoot }: HostView): HostFileWindow {
  const path = `/containers/${id}/archive`;

  const statInside = async (inside: string): Promise<HostPathStat | null> => {
    const what = 'HEAD /containers/{id}/archive';
    try {
      const headers = await ask({ method: 'HEAD', path, query: { path: inside } }, (response) =>
        readHeaders(response, what),
      );
      const { kind, mode, linkTarget } = parsePathStat(
        headers['x-docker-container-path-stat'],
        what,
      );
      return { kind, mode, linkTarget: linkTarget && hostLinkTarget(linkTarget) };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  };

  /** Of a directory the engine would send everything below it, keys included. */
  const getFile = async <T>(hostPath: string, finish: Finish<T>): Promise<T> => {
    const inside = `${targets.host}${hostPath}`;
    if ((await statInside(inside))?.kind !== 'file') {
      throw new OutsideError('engine-invalid-answer', `${hostPath} is not a regular file`);
    }
    return ask({ method: 'GET', path, query: { path: inside } }, finish);
  };

  const what = 'GET /containers/{id}/archive';
  return {
    shown: paths,
    stat: (hostPath) => statInside(`${targets.host}${hostPath}`),
    ownerOf: (hostPath) =>
      getFile(hostPath, (response, signal) => readTarOwner(response, what, signal)),
    async textOf(hostPath) {
      const answer = await getFile(hostPath, (response, signal, allowance) =>
        readAnswer(response, what, signal, allowance),
      );
      const [entry] = answerList(foreign(what, answer));
      return entry ? text(field(entry, 'content')) : '';
    },
    async isDataRootOnRootFilesystem() {
      // The folder that the engine made for this very container: an older one of the same name may
      // lie hidden below a mount. Through a bind of / that took other mounts along, nothing shows.
      if (dataRoot === null) return null;
      const own = `/containers/${id}`;
      const [seen, seenOnRoot, beyondRoot] = await Promise.all([
        statInside(`${targets.dataRoot}${own}`),
        statInside(`${targets.rootFilesystem}${dataRoot}${own}`),
        statInside(`${targets.rootFilesystem}/proc/self`),
      ]);
      if (seen === null || beyondRoot !== null) return null;
      return seenOnRoot !== null;
    },
  };
}
