import type { ServerResponse } from 'node:http';
import type { FaultEngineOptions, RecordedRequest } from './fault-engine.ts';

/** What the tests ask a door to show. */
export const view = { paths: ['/etc'], dataRoot: null };
/** Id of the container that the engine makes. */
export const own = 'f00d';
export const label = { 'seawall.probe': '1' };
/** A probe as the engine lists it, made at `created`, in seconds. */
export const probe = (id: string, created: number, more = {}) => ({
  Id: id,
  Names: [`/seawall-probe-${id}`],
  State: 'created',
  Created: created,
  Labels: label,
  ...more,
});

export const sendJson = (status: number, body: unknown) => (_: unknown, response: ServerResponse) =>
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));

/** An engine that makes and removes probes and shows what `archive` answers. */
export function probing(
  archive: (request: RecordedRequest, response: ServerResponse) => void = sendJson(404, {}),
  listed: unknown[] = [probe(own, 1000)],
): NonNullable<FaultEngineOptions['routes']> {
  return {
    '/containers/create': sendJson(201, { Id: own, Warnings: [] }),
    '/containers/json': listed,
    [`/containers/${own}`]: sendJson(204, undefined),
    [`/containers/${own}/archive`]: archive,
  };
}

/** Everything asked but the agreement on a version. */
export const callsOf = ({ requests }: { requests: readonly RecordedRequest[] }) =>
  requests.map(({ method, path }) => `${method} ${path}`).filter((call) => !/version/.test(call));
