/** One fact that a verdict rests on. */
export interface Evidence {
  /** Name of the fact in its source, e.g. `HostConfig.Privileged`. */
  path: string;
  value: string | number | boolean | null | readonly string[];
  /** The call that gave it, e.g. `GET /containers/{id}/json`. */
  source: string;
}

/** How the command line of an engine is named among the sources of its settings. */
export const COMMAND_LINE = '/proc/PID/cmdline';

const from =
  (source: string) =>
  (path: string, value: Evidence['value']): Evidence => ({ path, value, source });

/** A fact of a container's configuration, by its name in the inspect answer. */
export const inspected = from('GET /containers/{id}/json');
/** A fact of a command that somebody runs in a container. */
export const execInspected = from('GET /exec/{id}/json');
/** What the kernel says a process has mounted. */
export const kernelTable = from('/proc/PID/mountinfo');
/** What its control groups let a container do with devices. */
export const deviceList = from('/sys/fs/cgroup/devices');
/** Interfaces in the network of a process. */
export const interfacesRead = from('/proc/PID/net/dev');
/** Sockets in the network of a process. */
export const socketsRead = from('/proc/PID/net/tcp');
/** Sockets by path in the network of the host. */
export const unixSocketsRead = from('/proc/1/net/unix');
/** What the kernel says of a process itself. */
export const statusRead = from('/proc/PID/status');
/** How the engine's own process was started, with the daemon.json that it named. */
export const commandLine = from(COMMAND_LINE);
/** A fact of the engine, by its name in `/info`. */
export const engineInfo = from('GET /info');
/** A fact of an image, by its name in the image's inspect answer. */
export const imageInspected = from('GET /images/{id}/json');
/** A fact of a network, by its name in the list of networks. */
export const networkListed = from('GET /networks');
/** A fact about a container's processes, measured by the host's `ps`. */
export const processListed = from('GET /containers/{id}/top');
/** A fact of a swarm service, by its name in the list of services. */
export const serviceListed = from('GET /services');
/** A node of the swarm, by what the list of all tells. */
export const nodesListed = from('GET /nodes');
/** A step of an image's build, by what is kept of it. */
export const historyListed = from('GET /images/{id}/history');
/** A fact about all containers or all images of an engine. */
export const containersListed = from('GET /containers/json');
export const imagesListed = from('GET /images/json');
/** A fact about the managed plugins of an engine. */
export const pluginsListed = from('GET /plugins');
/** The version of the engine and its parts. */
export const versionReported = from('GET /version');
/** Kind or mode of a host file. */
export const hostFileStat = from('HEAD /containers/{id}/archive');
/** Owner or content of a host file. */
export const hostFileRead = from('GET /containers/{id}/archive');
/** Files of an image, by the headers of an archive of its directories. */
export const archiveWalked = from('GET /containers/{id}/archive');
/** What the team said, by the name of the setting. */
export const policySaid = from('seawall.yml');
/** What Seawall's own connection to the engine tells, e.g. its address. */
export const connection = from('connection to the engine');
