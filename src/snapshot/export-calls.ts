import type { Endpoint, ProbeEndpoint } from './collector.ts';

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
