import { onceForEach } from '../shared/once.ts';
import { table } from '../shared/table.ts';
import type { Clues } from './clues.ts';
import { isOutward } from './is-outward.ts';
import type { Mention } from './lexicon.ts';

/** A property of containers that a question asks for. */
export interface FoundFacet {
  facet: string;
  from: number;
  /** True where the question asks for those without it, which no line can. */
  isDenied: boolean;
}

/** Facets that are said outright, by the idea that says them. */
const direct = table<string>({
  ROOT: 'root',
  PRIVILEGED: 'privileged',
  HOST_NETWORK: 'host-network',
  HOST_PID: 'host-pid',
  HOST_IPC: 'host-ipc',
  HOST_UTS: 'host-uts',
  HOST_USERNS: 'host-userns',
  DOCKER_SOCKET: 'docker-socket',
  SENSITIVE_MOUNT: 'sensitive-mount',
  ADDED_CAPABILITY: 'added-capability',
  DEVICE: 'device',
  GAIN: 'can-gain-privileges',
  WRITABLE: 'writable-rootfs',
  PUBLISHED: 'published',
  PUBLIC: 'public-port',
  RESTART: 'restart-always',
  MUTABLE_TAG: 'mutable-tag',
  UNVERIFIED: 'unverified',
  GONE: 'gone',
  FORK_BOMB: 'no-pids-limit',
  MANAGEMENT_PORT: 'management-port',
  NO_HEALTH: 'no-healthcheck',
});
/** Facets for what is off or not there. */
const lacking = table<string>({
  SECCOMP: 'seccomp-off',
  APPARMOR: 'apparmor-off',
  NNP: 'can-gain-privileges',
  READ_ONLY: 'writable-rootfs',
  HEALTHCHECK: 'no-healthcheck',
  PIN: 'mutable-tag',
});
const limits = table<string>({
  MEMORY: 'no-memory-limit',
  CPU: 'no-cpu-limit',
  PIDS: 'no-pids-limit',
});
/** What those are called whose lack is not asked for. */
const features: ReadonlyMap<string, string> = new Map([...lacking, ...limits]);

const DENIALS = 'NO|NOT';
const OFFS = 'NO|NOT|OFF';

/** “Seccomp off but apparmor on”: of that no line is. */
const isOn = ({ reading: { tokens } }: Clues, { from, length }: Mention): boolean =>
  from + length === tokens.length - 1 && /^(?:on|enabled|active)$/.test(tokens.at(-1)?.text ?? '');

/** Every facet of the question in its order, each once. */
export const findFacets = onceForEach(facetsIn);
function facetsIn(clues: Clues): readonly FoundFacet[] {
  const found: FoundFacet[] = [];
  for (const [idea, facet] of direct) {
    // “Can reach the internet” is no port of its own.
    const mentions = idea === 'PUBLIC' && isOutward(clues) ? [] : clues.mentionsOf(idea);
    for (const mention of mentions) {
      found.push({ facet, from: mention.from, isDenied: isDenied(clues, mention) });
    }
  }
  for (const [idea, facet] of lacking) {
    for (const mention of clues.mentionsOf(idea)) {
      if (hasOwn(clues, mention, OFFS, 5, 6))
        found.push({ facet, from: mention.from, isDenied: isOn(clues, mention) });
    }
  }
  found.push(...findWritable(clues));
  found.push(...findLimits(clues));
  found.push(...findSecrets(clues));
  found.push(...findStates(clues));
  found.push(...findExposed(clues));
  const ordered = found.toSorted((a, b) => a.from - b.from);
  const managed = ordered.some(({ facet }) => facet === 'management-port');
  const published = ordered.some(({ facet }) => /^(?:public|management)-port$/.test(facet));
  return ordered.filter(
    ({ facet }, index) =>
      ordered.findIndex((one) => one.facet === facet) === index &&
      // A management port counts where every interface has it.
      !(facet === 'public-port' && managed) &&
      // What is published to all the world, or to manage something, is published; so is a vulnerability.
      !(facet === 'published' && (published || clues.reading.vulnerability !== null)),
  );
}

/** The feature of the question that is there, and not said to be off: its facet names it. */
export function findFeature(clues: Clues): { facet: string; mention: Mention } | null {
  for (const [idea, facet] of features) {
    const [mention] = clues.mentionsOf(idea);
    if (mention === undefined) continue;
    if (limits.has(idea) && !clues.has('LIMIT')) continue;
    return { facet, mention };
  }
  return null;
}

function findLimits(clues: Clues): FoundFacet[] {
  const mentions = clues.mentionsOf([...limits.keys()].join('|'));
  const isAbout =
    mentions.length > 0 && (clues.has('UNLIMITED') || (clues.has('LIMIT') && isMissing(clues)));
  if (!isAbout) return [];
  return mentions.map(({ idea, from }) => ({
    facet: limits.get(idea) ?? '',
    from,
    isDenied: false,
  }));
}

/** “Root filesystem” beside a word for writing. */
function findWritable(clues: Clues): FoundFacet[] {
  if (!clues.says(/\b(?:wri(?:te|tes|ting|tten|table)|writeable|modify|alter|change|rw)\b/))
    return [];
  return clues.mentionsOf('ROOTFS').map((mention) => ({
    facet: 'writable-rootfs',
    from: mention.from,
    isDenied: isDenied(clues, mention),
  }));
}

/** “Not running” with nothing behind that says how: “not running as root” is no state. */
const NOT_RUNNING =
  /\b(?:are|is|not|currently) (?:not |currently )?(?:running|up)(?: (?:right now|now|any ?more|at the moment|currently|on|in|at)\b| ?$)/;

/** All of them, in whatever state. */
const EITHER_STATE =
  /\b(?:running|stopped|exited) (?:or|and) (?:not (?:running|stopped)|running|stopped|exited)\b/;

/** Whether a process runs in them. */
function findStates(clues: Clues): FoundFacet[] {
  if (clues.says(EITHER_STATE)) return [];
  const idea = clues.has('RUNNING') ? 'RUNNING' : 'STOPPED';
  const said = clues.mentionsOf(idea).map(({ from }) => from);
  const { tokens } = clues.reading;
  const isOff = clues.says(/\bnot (?:currently )?(?:running|up)\b/) && clues.says(NOT_RUNNING);
  const at = isOff ? tokens.findIndex(({ text }) => text === 'running' || text === 'up') : -1;
  const facet = idea === 'RUNNING' ? 'running' : 'stopped';
  if (said.length === 0 && at >= 0) return [{ facet, from: at, isDenied: false }];
  return said.map((from) => ({ facet, from, isDenied: false }));
}

const THINGS = '(?:containers?|workloads?|services?|apps?|ones)';
const EXPOSED = /^(?:exposed|reachable|accessible)$/;
const SAYS_EXPOSED = new RegExp(
  [
    '(?<![-\\w])(?<!\\b(?:most|least|best|worst) )(?:exposed|reachable|accessible) (?:(?!(?:in|to|from|by|via|on|through|of|for)\\b)\\w+ )?THINGS\\b(?! to\\b)',
    '\\b(?:THINGS(?: that| which)?|who|which) (?:is|are) (?:also |both |not )?EXPOSED',
    '\\b(?:is|are) (?:any |the |our |all )?(?:\\w+ )?THINGS (?:not )?EXPOSED$',
    '\\b(?:and|but) (?:also |are |is |not )*EXPOSED$',
    '^EXPOSED (?:and|but)\\b',
  ]
    .join('|')
    .replaceAll('THINGS', THINGS)
    .replaceAll(
      'EXPOSED',
      '(?:exposed|reachable|accessible)(?! (?:to|from|by|via|on|in|through)\\b)',
    ),
);

/** “Exposed containers that run as root”: with nothing that says to whom, those with a published port. */
function findExposed(clues: Clues): FoundFacet[] {
  if (!clues.says(SAYS_EXPOSED)) return [];
  const from = clues.reading.tokens.findIndex(({ text }) => EXPOSED.test(text));
  return [{ facet: 'published', from, isDenied: isDenied(clues, { from, length: 1 }) }];
}

/** Some limit is said not to be there. */
const isMissing = (clues: Clues): boolean =>
  clues.mentionsOf('LIMIT').some((limit) => hasOwn(clues, limit, OFFS, 9, 6));

function findSecrets(clues: Clues): FoundFacet[] {
  if (!clues.has('SECRET') || clues.has('IMAGE')) return [];
  const isPlain = clues
    .mentionsOf('SECRET')
    .every(({ from }) => clues.reading.tokens[from]?.word === 'key');
  if (isPlain && !clues.has('ENV')) return [];
  const from = clues.first('SECRET');
  return [{ facet: 'env-secret', from, isDenied: isDenied(clues, { from, length: 1 }) }];
}

/** A denial that belongs to no longer phrase, near a mention. */
const hasOwn = (
  clues: Clues,
  mention: Pick<Mention, 'from' | 'length'>,
  ideas: string,
  before: number,
  behind: number,
): boolean =>
  ownDenials(clues, ideas).some(
    ({ from, length }) =>
      from < mention.from + mention.length + behind && from + length > mention.from - before,
  );

const isDenied = (clues: Clues, mention: Pick<Mention, 'from' | 'length'>): boolean =>
  ownDenials(clues, DENIALS).some(
    ({ from, length }) =>
      from < mention.from &&
      from + length > mention.from - 6 &&
      !isClauseBehind(clues, from + length, mention.from),
  );

/** “Without a health check that are published”, and not “no container that is privileged”. */
function isClauseBehind(clues: Clues, start: number, end: number): boolean {
  const lacks = clues.mentionsOf([...features.keys()].join('|'));
  return clues.reading.tokens
    .slice(0, end)
    .some(
      ({ text }, at, before) =>
        /^(?:that|which)$/.test(text) &&
        IS.test(before[at + 1]?.text ?? '') &&
        lacks.some(({ from }) => from >= start && from < at),
    );
}
const IS = /^(?:is|are|was|were|has|have|runs?)$/;

/** Denials that are no part of another phrase, e.g. of “could not be verified”, “not used” or “have no signature”. */
export function ownDenials(clues: Clues, ideas = DENIALS): Mention[] {
  const { mentions } = clues.reading;
  const isPart = (denial: Mention, { idea, from, length }: Mention): boolean => {
    const [end, endOfDenial] = [from + length, denial.from + denial.length];
    if (OFFS.split('|').includes(idea) || from >= endOfDenial) return false;
    return end > endOfDenial || (end === endOfDenial && from < denial.from);
  };
  return clues
    .mentionsOf(ideas)
    .filter((denial) => !mentions.some((mention) => isPart(denial, mention)));
}
