import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { leaveWhatIsKnown } from './known.ts';
import { askEngine, baseImage, openRealEngine, type RealEngine, remove } from './real-engine.ts';

const EMPTY_WITHIN_MS = 150_000;
const NETWORKS_OF_THE_ENGINE = ['bridge', 'host', 'none'];

/** Suites of a worker follow one another, so that each has it alone. */
let shared: Promise<RealEngine> | undefined;

/**
 * The plain engine of this process, for suites that need no options, never end the engine and count
 * nothing of it that outlives a container. It is started for the first of them and ends with the
 * process. `folder` is the suite's own. `close` gives it back: empty but for `baseImage`, and
 * it rejects when that cannot be had, in which case the next suite gets another engine.
 */
export async function workerEngine(): Promise<RealEngine> {
  shared ??= openRealEngine({ endsWithProcess: true });
  const engine = await shared.catch((error: unknown) => {
    shared = undefined;
    throw error;
  });
  // After a suite that did not come to its end something may be left.
  await emptyOrEnd(engine);
  const forget = leaveWhatIsKnown(engine.tellLog);
  const folder = mkdtempSync(join(engine.folder, 'suite-'));
  return {
    ...engine,
    folder,
    async close() {
      forget();
      await emptyOrEnd(engine);
      remove(folder);
    },
  };
}

async function emptyOrEnd(engine: RealEngine): Promise<void> {
  try {
    await empty(engine);
  } catch (error) {
    shared = undefined;
    await engine.close().catch(() => {});
    throw error;
  }
}

/** What suites leave in an engine: how it is called, and the path that removes it if one does. */
interface Left {
  what: string;
  path: string | null;
}

/** Removes whatever a suite made. Rejects with what is still there in the end, and why. */
async function empty({ socketPath }: RealEngine): Promise<void> {
  const deadline = Date.now() + EMPTY_WITHIN_MS;
  let refusals: string[] = [];
  for (;;) {
    const left = await listLeft(socketPath);
    if (left.length === 0) return;
    const paths = left.flatMap(({ path }) => path ?? []);
    if (paths.length === 0 || Date.now() > deadline) {
      const names = left.map(({ what }) => what);
      throw new Error(['This is left in the engine:', ...names, ...refusals].join('\n'));
    }
    const ended = await Promise.allSettled(
      paths.map((path) => askEngine(socketPath, 'DELETE', path)),
    );
    refusals = ended.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    // E.g. "is zombie and can not be killed": on a busy machine nobody has waited for it yet.
    if (refusals.length > 0) await sleep(50);
  }
}

/** Containers, whose commands end with them; where there are none, what only they hold on to. */
async function listLeft(socketPath: string): Promise<Left[]> {
  const list = async <T>(path: string) => JSON.parse(await askEngine(socketPath, 'GET', path)) as T;
  const containers = await list<{ Id: string; Names: string[] }[]>('/containers/json?all=1');
  if (containers.length > 0) {
    return containers.map(({ Id, Names }) => ({
      what: `the container ${Names.join(' ')}`,
      path: `/containers/${Id}?force=1&v=1`,
    }));
  }
  const { Swarm } = await list<{ Swarm: { LocalNodeState: string } }>('/info');
  if (Swarm.LocalNodeState !== 'inactive') return [{ what: 'the swarm', path: null }];
  const [images, { Volumes }, networks] = await Promise.all([
    list<{ Id: string; RepoTags: string[] | null }[]>('/images/json?all=1'),
    list<{ Volumes: { Name: string }[] | null }>('/volumes'),
    list<{ Id: string; Name: string }[]>('/networks'),
  ]);
  const foreignTags = ({ Id, RepoTags }: (typeof images)[number]) => {
    const tags = (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>');
    return tags.length > 0 ? tags.filter((tag) => tag !== baseImage) : [Id];
  };
  return [
    ...images.flatMap(foreignTags).map((name) => ({
      what: `the image ${name}`,
      path: `/images/${name}?force=1`,
    })),
    ...(Volumes ?? []).map(({ Name }) => ({
      what: `the volume ${Name}`,
      path: `/volumes/${Name}?force=1`,
    })),
    ...networks
      .filter(({ Name }) => !NETWORKS_OF_THE_ENGINE.includes(Name))
      .map(({ Id, Name }) => ({ what: `the network ${Name}`, path: `/networks/${Id}` })),
  ];
}
