/**
 * The story of the sample fleet. Day 30 is the day on which the demo starts; times are UTC. What an
 * engine answered at each step was recorded from a real one (`scripts/record-sample.ts`); on what day
 * it did is made up here.
 */

export const sampleHosts = ['sample-web', 'sample-ci', 'sample-db'] as const;
export type SampleHost = (typeof sampleHosts)[number];

export interface Moment {
  /** Before the first day of history where it is negative. */
  day: number;
  /** `HH:MM` */
  at: string;
}

export interface Step extends Moment {
  host: SampleHost;
  /** Names what was recorded. */
  id: string;
  happens: string;
}

export const lastDay = 30;
/** The first day on which a host was scanned, and when it is scanned each day. */
export const firstDay = 0;
export const dailyScanAt = '06:00';

export const steps: readonly Step[] = [
  step('sample-web', 'images', -170, '09:00', 'The images of the shop are built.'),
  step('sample-web', 'shop', -40, '10:00', 'Front, checkout, payments, cache and backups run.'),
  step('sample-web', 'promo', 5, '14:20', 'A promotion is run with --privileged.'),
  step(
    'sample-web',
    'front-changed',
    9,
    '16:45',
    'The front is made anew with more than approved.',
  ),
  step(
    'sample-web',
    'promo-mended',
    12,
    '11:05',
    'The promotion gets a user, limits and no privileges.',
  ),
  step('sample-web', 'cache-open', 18, '13:30', 'The cache is published to everybody.'),
  step('sample-web', 'cache-closed', 21, '09:10', 'The port of the cache is closed again.'),
  step(
    'sample-web',
    'hsm-mended',
    25,
    '10:15',
    'The payments lose their privileges and get limits.',
  ),
  step('sample-web', 'debug', 28, '03:10', 'Somebody looks for a fault in a privileged container.'),
  step('sample-web', 'debug-gone', 28, '03:14', 'It is removed before any scan.'),
  step('sample-web', 'checkout-open', 29, '16:30', 'The checkout is published for a debugger.'),

  step('sample-ci', 'images', -60, '08:00', 'The image of the runners is built.'),
  step('sample-ci', 'runners', -20, '08:30', 'Two runners hold the socket of the engine.'),
  step('sample-ci', 'registry', 7, '15:00', 'A registry is run for builds, from the tag latest.'),
  step('sample-ci', 'runner-mended', 16, '10:40', 'One runner is made anew without the socket.'),
  step('sample-ci', 'build', 28, '17:00', 'A build starts with a token in its environment.'),
  step('sample-ci', 'build-gone', 29, '07:30', 'The build is over and its container removed.'),

  step('sample-db', 'old-image', -400, '09:00', 'The image of the archive is built.'),
  step('sample-db', 'images', -25, '09:00', 'The image of the orders is built.'),
  step('sample-db', 'databases', -24, '10:00', 'Orders, a replica and the archive run.'),
  step('sample-db', 'admin', 10, '15:20', 'A console for the databases is published, as root.'),
  step(
    'sample-db',
    'admin-mended',
    24,
    '09:45',
    'The console gets a user and a read-only filesystem.',
  ),
];

/** Times in which the engine of a host does not answer. */
export const outages: readonly { host: SampleHost; from: Moment; to: Moment }[] = [
  { host: 'sample-ci', from: { day: 20, at: '02:00' }, to: { day: 20, at: '08:00' } },
];

/** Containers that came and went between two scans, seen by events alone. */
export const sightings: readonly {
  host: SampleHost;
  container: string;
  from: Moment;
  to: Moment;
  /** One that was not recorded: made up like another of the host, of an image that is another one with a layer more. */
  madeUp?: {
    like: string;
    id: string;
    image: string;
    imageId: string;
    base: string;
    layer: string;
  };
}[] = [
  {
    host: 'sample-web',
    container: 'debug',
    from: { day: 28, at: '03:10' },
    to: { day: 28, at: '03:14' },
  },
  {
    host: 'sample-db',
    container: 'reports',
    from: { day: 27, at: '06:30' },
    to: { day: 28, at: '05:30' },
    madeUp: {
      ...{ like: 'orders', id: '5a3e'.repeat(16), imageId: `sha256:${'7c01'.repeat(16)}` },
      ...{ base: 'registry.example/data/postgres:17.6', layer: `sha256:${'e94b'.repeat(16)}` },
      image: 'registry.example/data/reports:2.1',
    },
  },
];

/** When the whole file systems of images were read. */
export const filesystemsRead: Moment = { day: 27, at: '06:45' };

/** What people typed in #security. */
export const typedLines: readonly (Moment & { by: 'alice' | 'bob'; line: string })[] = [
  {
    ...{ day: 3, at: '09:30', by: 'bob' },
    line: 'accept no-sensitive-mount backups --reason "reads the host until volumes have snapshots" --until 33d on sample-web',
  },
  {
    ...{ day: 3, at: '09:45', by: 'alice' },
    line: 'baseline approve front --reason "reviewed with the team of the shop" on sample-web',
  },
  {
    ...{ day: 4, at: '11:00', by: 'bob' },
    line: 'accept no-env-secret checkout --reason "moves to a secret with the next release" --until 21d on sample-web',
  },
];

/** The last digest of #security; of what it said only its time is made up. */
export const lastDigest: Moment = { day: 29, at: '09:00' };

/** Epoch milliseconds of a moment, when the demo starts at `startedAt`. */
export function timeOf({ day, at }: Moment, startedAt: number): number {
  const midnight = new Date(startedAt).setUTCHours(0, 0, 0, 0);
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  return midnight + ((day - lastDay) * 24 * 60 + hours * 60 + minutes) * 60_000;
}

/** What a host answers from at a time: its newest step then, else its first. */
export function stepAt(host: SampleHost, at: number, startedAt: number): Step {
  const own = steps.filter((one) => one.host === host);
  const found = own.findLast((one) => timeOf(one, startedAt) <= at) ?? own[0];
  if (found === undefined) throw new Error(`the timeline has no step of ${host}`);
  return found;
}

/** Whether the engine of a host does not answer at a time. */
export function isDown(host: SampleHost, at: number, startedAt: number): boolean {
  return outages.some(
    (one) =>
      one.host === host && timeOf(one.from, startedAt) <= at && at < timeOf(one.to, startedAt),
  );
}

function step(host: SampleHost, id: string, day: number, at: string, happens: string): Step {
  return { host, id, day, at, happens };
}
