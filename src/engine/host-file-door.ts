import { randomBytes } from 'node:crypto';
import pLimit from 'p-limit';
import { OutsideError, statusOf } from '../shared/errors.ts';
import type {
  HostFileDoor,
  HostFileWindow,
  HostPathStat,
  HostView,
  ProbeEndpoint,
} from '../snapshot/collector.ts';
import { requireDeclared } from '../snapshot/declared-endpoints.ts';
import { answerList, count, field, foreign, pathId, text } from '../snapshot/foreign.ts';
import { isProbe, probeLabel, probeNamePrefix } from '../snapshot/probe-container.ts';
import { agreeOnApiVersion } from './api-version.ts';
import { parsePathStat } from './archive-stat.ts';
import { type Call, createDialler } from './dial.ts';
import { parseEndpoint, type TlsFiles } from './endpoint.ts';
import { createExchange, type Exchange, type Finish } from './exchange.ts';
import { keepOnceDone } from './keep-once-done.ts';
import { limits } from './limits.ts';
import { hostLinkTarget, probeRequest, targets } from './probe-request.ts';
import { readAnswer, readHeaders } from './read-answer.ts';
import { readTarOwner } from './read-tar-owner.ts';
import type { SshOptions } from './ssh-agent.ts';

export interface HostFileDoorOptions extends SshOptions {
  url: string;
  tls?: TlsFiles | undefined;
  /** The only calls that can be made. */
  allowedEndpoints: readonly ProbeEndpoint[];
  callTimeoutMs?: number;
  /** Ends every call but the removal of the probe. */
  signal?: AbortSignal | undefined;
}

export interface OpenHostFileDoor extends HostFileDoor {
  close(): void;
}

type Ask = <T>(call: Omit<Call, 'signal'>, finish: Finish<T>, through?: Exchange) => Promise<T>;

/** No snapshot lasts that long: an older probe belongs to a Seawall that died. */
const LEFTOVER_SECONDS = limits.hostTimeoutMs / 1000;

/**
 * The door of the evidence level `files`, apart from `openEngine` because it can write: it creates a
 * container that never runs and has the asked paths as read-only binds, reads them through the
 * archive endpoint and removes it. Opening dials nothing. Throws `UserError` for a wrong url.
 */
export function openHostFileDoor(options: HostFileDoorOptions): OpenHostFileDoor {
  const { connection, endpoint } = parseEndpoint(options.url, options.tls);
  const { allowedEndpoints, callTimeoutMs = limits.callTimeoutMs } = options;
  const closing = new AbortController();
  const dialler = keepOnceDone(() => createDialler(connection, options));
  const common = { url: endpoint.url, dialler, callTimeoutMs };
  const lasting = createExchange({ ...common, signals: [closing.signal] });
  const exchange = createExchange({
    ...common,
    signals: options.signal ? [closing.signal, options.signal] : [closing.signal],
  });
  const version = keepOnceDone(() => agreeOnApiVersion(exchange, endpoint.url));
  const limit = pLimit(limits.concurrentCalls);

  const ask: Ask = async (call, finish, through = exchange) => {
    requireDeclared(call.method, call.path, allowedEndpoints);
    const path = `/v${await version()}${call.path}`;
    return limit(() => through({ ...call, path }, finish));
  };

  return {
    async look(view, use) {
      const name = `${probeNamePrefix}${randomBytes(6).toString('hex')}`;
      // Its removal outlives the time limit of the host, or a slow host would collect probes.
      const remove = (probe: string) => removeProbe(ask, probe, lasting);
      const { id, shown } = await createProbe(ask, name, view, remove);
      try {
        await removeLeftovers(ask, id, remove);
        return await use(openWindow(ask, id, { ...view, paths: shown }));
      } finally {
        await remove(id);
      }
    },
    close() {
      const reason = `${endpoint.url} is no longer read`;
      closing.abort(new OutsideError('engine-unreachable', reason));
      dialler().then(
        (opened) => opened.close(),
        () => {}, // What was never opened needs no closing.
      );
    },
  };
}

/** Leaves out, one by one, the paths of which the engine says that the host has none such. */
async function createProbe(
  ask: Ask,
  name: string,
  view: HostView,
  remove: (name: string) => Promise<void>,
): Promise<{ id: string; shown: readonly string[] }> {
  const what = 'POST /containers/create';
  let shown = view.paths;
  for (;;) {
    const body = probeRequest({ ...view, paths: shown });
    const call = { method: 'POST', path: '/containers/create', query: { name }, body } as const;
    try {
      const answer = await ask(call, (response, signal) => readAnswer(response, what, signal));
      return { id: pathId(field(foreign(what, answer), 'Id')), shown };
    } catch (error) {
      const missing = statusOf(error) === 400 ? missingPath(error, shown) : undefined;
      if (missing === undefined) {
        // The engine may have made it and only the answer was lost.
        if (error instanceof OutsideError && error.status === null) await remove(name);
        throw error;
      }
      shown = shown.filter((path) => path !== missing);
    }
  }
}

/** `invalid mount config for type "bind": bind source path does not exist: /path` (moby). */
const missingPath = (error: unknown, paths: readonly string[]): string | undefined =>
  paths.find((path) => String(error).endsWith(`does not exist: ${path}`));

/** A removal that fails takes no reading with it: the next snapshot removes what is left. */
async function removeProbe(ask: Ask, probe: string, lasting: Exchange): Promise<void> {
  const query = { force: '1', v: '1' };
  const call = { method: 'DELETE', path: `/containers/${probe}`, query } as const;
  try {
    await ask(call, (response) => readHeaders(response, 'DELETE /containers/{id}'), lasting);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
  }
}

/** Ages are compared with our own probe's, so that no clock but the engine's is asked. */
async function removeLeftovers(
  ask: Ask,
  ownId: string,
  remove: (id: string) => Promise<void>,
): Promise<void> {
  const what = 'GET /containers/json';
  const query = { all: '1', filters: JSON.stringify({ label: [`${probeLabel}=1`] }) };
  const answer = await ask({ method: 'GET', path: '/containers/json', query }, (response, signal) =>
    readAnswer(response, what, signal),
  );
  const probes = answerList(foreign(what, answer))
    .filter(isProbe)
    .map((probe) => ({ id: pathId(field(probe, 'Id')), created: count(field(probe, 'Created')) }));
  const own = probes.find(({ id }) => id === ownId);
  if (!own) return;
  const leftovers = probes.filter(({ created }) => own.created - created > LEFTOVER_SECONDS);
  await Promise.all(leftovers.map(({ id }) => remove(id)));
}

function openWindow(ask: Ask, id: string, { paths, dataRoot }: HostView): HostFileWindow {
  const path = `/containers/${id}/archive`;

  const statInside = async (inside: string): Promise<HostPathStat | null> => {
    const what = 'HEAD /containers/{id}/archive';
    try {
      const headers = await ask({ method: 'HEAD', path, query: { path: inside } }, (response) =>
        readHeaders(response, what),
      );
      const stat = parsePathStat(headers['x-docker-container-path-stat'], what);
      return { ...stat, linkTarget: stat.linkTarget && hostLinkTarget(stat.linkTarget) };
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
      const answer = await getFile(hostPath, (response, signal) =>
        readAnswer(response, what, signal),
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
