export const zooNetwork = 'lan';

/** One guard per rule that a container without options fails. */
const guards = {
  network: ['--no-network'],
  user: ['--user', '1000:1000'],
  rootfs: ['--read-only'],
  capabilities: ['--cap-drop', 'ALL'],
  privileges: ['--security-opt', 'no-new-privileges'],
  memory: ['--memory', '32m'],
  pids: ['--pids-limit', '32'],
  cpu: ['--cpus', '0.5'],
  health: ['--health-cmd', 'true', '--health-interval', '1h'],
} as const;
type Guard = keyof typeof guards;

const allGuards = Object.keys(guards) as Guard[];

/** Options of `startContainer` for one that fails nothing, and others behind them. */
export const guarded = (...options: string[]) => [
  ...allGuards.flatMap((name) => guards[name]),
  ...options,
];

/** The same without one of the guards. */
export const unguarded = (left: Guard, ...options: string[]) => [
  ...allGuards.filter((name) => name !== left).flatMap((name) => guards[name]),
  ...options,
];

/** The same on a network of its own making. */
export const networked = (...options: string[]) =>
  unguarded('network', '--network', zooNetwork, ...options);

/** What `docker run` without options fails. */
export const careless = [
  'cpu-limit',
  'healthcheck',
  'memory-limit',
  'no-default-bridge',
  'no-new-privileges',
  'no-root-user',
  'pids-limit',
  'read-only-rootfs',
];
/** What `--privileged` fails on top. */
export const privileged = ['no-added-capabilities', 'no-privileged-container', 'no-seccomp-off'];

/** Locally built images have no registry to compare with. */
export const unknownForAll = ['current-image'];
/** Only a watch that was there at the time could tell. */
export const unknownOnceStarted = ['no-privileged-exec', 'no-root-exec'];
/** Nobody said in the settings which ports are meant to be open. */
export const publishes = ['declared-ports-only'];
