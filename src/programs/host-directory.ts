import type { HostSettings } from '../config/load-settings.ts';
import { parseEndpoint } from '../engine/endpoint.ts';
import type { HostConnection } from '../engine/snapshot-taker.ts';
import type { Tunnels } from '../hub/tunnels.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { EdgeHost, EdgeStore } from '../ports/edge-store.ts';
import type { HostPlace } from '../queue/shared-scans.ts';
import type { Dialled } from '../watch/watch-parts.ts';

/** The hosts as they are now: those of the settings, and those that were added since. */
export interface HostDirectory {
  readonly hosts: readonly HostDeclaration[];
  readonly connections: readonly HostConnection[];
  /** Names of the hosts that are to be watched, without those that dial out. */
  watched(): readonly string[];
  /** Those that dial out. */
  dialled(): Dialled;
  /** Who can reach a host: every process, as far as that is known, this one alone, or another one. */
  placeOf(name: string): HostPlace;
  /** Whether the settings have a host of that name, in any spelling. */
  isDeclared(name: string): boolean;
  /** Reads again which were added. Rejects as the store does. */
  refresh(): Promise<void>;
}

/** Names of declared hosts to whose events nobody is to listen. */
export const unwatchedHosts = (hosts: readonly HostSettings[]): ReadonlySet<string> =>
  new Set(hosts.flatMap(({ name, watch }) => (watch === false ? [name] : [])));

/** Whether a process is to talk to a host: one that dialled out has one process, and one connected to none its hub. */
export const reachedFrom =
  ({ dialled }: Pick<HostDirectory, 'dialled'>, { isHub }: { isHub: boolean }) =>
  (host: string): boolean => {
    const { elsewhere, nowhere } = dialled();
    return !elsewhere.has(host) && (isHub || !nowhere.has(host));
  };

/** Reads them for the first time. Rejects as the store does, and as `parseEndpoint`. */
export async function openHostDirectory(
  settings: readonly HostSettings[],
  {
    store,
    tunnels,
  }: { store: Pick<EdgeStore, 'listEdges'>; tunnels: Pick<Tunnels, 'ask' | 'find'> },
): Promise<HostDirectory> {
  const declared = settings.map(toDeclaration);
  const names = new Set(settings.map(({ name }) => name.toLowerCase()));
  const unwatched = unwatchedHosts(settings);
  const isDeclared = (name: string) => names.has(name.toLowerCase());
  let edges: readonly EdgeHost[] = [];
  let hosts: readonly HostDeclaration[] = declared;
  let connections: readonly HostConnection[] = settings;
  const directory: HostDirectory = {
    get hosts() {
      return hosts;
    },
    get connections() {
      return connections;
    },
    isDeclared,
    watched: () => declared.flatMap(({ name }) => (unwatched.has(name) ? [] : [name])),
    dialled() {
      const here = new Set(edges.flatMap(({ name }) => (tunnels.find(name) ? name : [])));
      const by = (isConnected: boolean) =>
        new Set(
          edges.flatMap(({ name, connectedBy }) =>
            !here.has(name) && (connectedBy !== null) === isConnected ? name : [],
          ),
        );
      return { here, elsewhere: by(true), nowhere: by(false) };
    },
    placeOf(name) {
      const { here, elsewhere } = directory.dialled();
      if (here.has(name)) return 'here';
      return elsewhere.has(name) ? 'elsewhere' : 'any';
    },
    async refresh() {
      // What the settings say goes before what somebody added.
      edges = (await store.listEdges()).filter(({ name }) => !isDeclared(name));
      hosts = [...declared, ...edges.map(edgeDeclaration)];
      connections = [
        ...settings,
        ...edges.map(({ name }) => ({ name, url: edgeUrl(name), tunnels })),
      ];
    },
  };
  await directory.refresh();
  return directory;
}

const edgeUrl = (name: string): string => `edge://${name}`;

function edgeDeclaration({ name, labels }: EdgeHost): HostDeclaration {
  const { endpoint } = parseEndpoint(edgeUrl(name));
  return { name, endpoint, isDefault: false, labels, evidence: 'api' };
}

function toDeclaration(host: HostSettings): HostDeclaration {
  const { name, isDefault, labels, evidence, inventory } = host;
  const { endpoint } = parseEndpoint(host.url, host.tls);
  return { name, endpoint, isDefault, labels, evidence, inventory };
}
