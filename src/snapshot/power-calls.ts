import type { Endpoint, ProbeEndpoint } from './collector.ts';

/**
 * Calls that no answer needs. `whoami` makes them to see whether they are let through, always for
 * `nobodyId`, so that there is nothing they could read or change.
 */

/**
 * Stands for `{id}`. No container has it as its name, which begins with a letter or a digit
 * (`RestrictedNameChars` in moby's `daemon/names`), nor as its id or the beginning of it, which are
 * hexadecimal; ids of exec sessions and images are as well, and image names begin with a letter
 * or digit.
 */
export const nobodyId = '_seawall_nobody_has_this_name';

/** An engine has no such path, and so asks no authorization plugin about it. */
export const noSuchPath = 'GET /_seawall/no-such-path';

/** Reading calls beyond need; a door for declared calls alone refuses all of them. */
export const unneededReads = [
  { call: noSuchPath, power: 'any path, known or not' },
  { call: 'GET /containers/{id}/export', power: 'every file of every container' },
  { call: 'GET /containers/{id}/logs', power: 'what containers print' },
  // A reading call by its method alone: it becomes a stream that writes, once a container is found.
  { call: 'GET /containers/{id}/attach/ws', power: 'typing into containers' },
] as const satisfies readonly { call: Endpoint; power: string }[];

/**
 * Writing calls whose reference (Docker Engine API 1.24 to 1.45) has nothing happen before the
 * container or session is found, and 404 where there is none. `exec` is sent without a command, which
 * the engine refuses (400) before it looks for the container. Creating, building, pruning, volumes and
 * networks are left out: of those nothing proves the same.
 */
export const harmlessWrites = [
  { call: 'POST /containers/{id}/start', power: 'start containers' },
  { call: 'POST /containers/{id}/kill', power: 'end containers' },
  { call: 'POST /containers/{id}/exec', power: 'prepare programs inside containers' },
  { call: 'POST /exec/{id}/start', power: 'run programs inside containers' },
  { call: 'DELETE /containers/{id}', power: 'remove containers' },
] as const;

/** A call that `whoami` makes with `nobodyId` at the levels that write anyway. */
export type PowerWrite = (typeof harmlessWrites)[number]['call'];

/** What reading a whole file system makes of calls: at the level `api` through a container that is there. */
export const exportCalls: readonly Endpoint[] = ['GET /containers/{id}/export'];

/** What reading the packages of an image’s system reads, through a container that is made for it. */
export const systemCalls: readonly Endpoint[] = [
  'HEAD /containers/{id}/archive',
  'GET /containers/{id}/archive',
  'GET /containers/{id}/changes',
];

/** How that container is made and removed. */
export const systemProbeCalls: readonly ProbeEndpoint[] = [
  'GET /images/{id}/json',
  'GET /containers/json',
  'POST /containers/create',
  'DELETE /containers/{id}',
];

/** The same at the levels `files` and `kernel`, through a container that is made for it and never runs. */
export const exportProbeCalls: readonly ProbeEndpoint[] = [
  'GET /images/{id}/json',
  'GET /containers/json',
  'POST /containers/create',
  'GET /containers/{id}/export',
  'DELETE /containers/{id}',
];
