import { type CommandContext, defineCommand } from '../src/command/command.ts';
import { lineWithFlags } from '../src/command/parse-flags.ts';
import { sinceTime } from '../src/command/parse-since.ts';
import { EVERY_HOST } from '../src/findings/attestations.ts';
import { type AuditFilter, outsiderVerb, storeAuditVerbs } from '../src/ports/audit-log.ts';
import { containerKey } from '../src/rules/container-key.ts';
import { UserError } from '../src/shared/errors.ts';
import { isoTime } from '../src/shared/time.ts';

const REFUSED = 'refused';
const PAGE = 20;

export const audit = defineCommand({
  name: 'audit',
  task: 'ask',
  topic: 'seawall',
  summary: 'Show who asked for what and who changed what',
  usage: 'audit [verb] [refused] [since <time>] [--about <name>] [--before <number>]',
  examples: [
    'audit',
    'audit accept since 30d',
    'audit refused',
    'audit scan since 7d',
    'audit --about redis',
  ],
  permission: 'approve',
  // It names people, whom a public answer would call.
  privateWords: 'every',
  audit: 'reads-only',
  words: {
    minimum: 0,
    maximum: 3,
    known: ({ commands }) => {
      const verbs = verbsOf(commands);
      return [...new Set([...verbs, REFUSED, ...verbs.flatMap((verb) => verb.split(' '))])];
    },
  },
  takesHost: false,
  takesSince: true,
  flags: { about: 'name', before: 'number' },
  async run(context, request) {
    const { audit: log, actor, now, commands } = context;
    const words = request.words.filter((word) => word !== REFUSED);
    const verb = words.length === 0 ? undefined : words.join(' ');
    if (verb !== undefined && !verbsOf(commands).includes(verb)) throw noVerb(words, commands);
    const isRefusedOnly = request.words.includes(REFUSED);
    const since = request.since === null ? null : sinceTime(request.since, now());
    const place = request.isLimited ? actor.place : null;
    const { about = null } = request.flags;
    const filter: AuditFilter = {
      about: about === null ? undefined : await namesOf(context, about),
      verb,
      outcome: isRefusedOnly ? REFUSED : undefined,
      since: since ?? undefined,
      place: place ?? undefined,
      before: readBefore(request),
    };
    const { entries, total } = await log.list(filter, PAGE);
    const more = total - entries.length;
    const last = entries.at(-1);
    const older =
      more > 0 && last
        ? [lineWithFlags(request.line, { ...request.flags, before: `${last.id}` })]
        : [];
    return {
      kind: 'audit',
      takenAt: isoTime(now()),
      verb: verb ?? null,
      isRefusedOnly,
      about,
      since: since === null ? null : isoTime(since),
      place,
      entries,
      more,
      next: [...older, ...(isRefusedOnly ? ['audit'] : ['audit refused'])],
    };
  },
});

/** How rows name all hosts there are, of which each is one. */
const OF_EVERY_HOST = ['on every host', `on ${EVERY_HOST}`];

/**
 * A name, and those that rows have for containers of that name: of a service they name that. What is about every host is
 * about each.
 */
async function namesOf({ store, hosts }: CommandContext, name: string): Promise<string[]> {
  const among = hosts.map((host) => host.name);
  const named = await store.listNames({ hosts: among, beginning: name, includeGone: true });
  const wanted = new Set(named.filter((one) => one.name === name).map(({ id }) => id));
  const on = [...new Set(named.map(({ host }) => host))];
  const found =
    wanted.size === 0 ? [] : await store.listContainers({ hosts: on, includeGone: true });
  const keys = found
    .filter(({ facts }) => wanted.has(facts.id))
    .map(({ facts }) => containerKey(facts));
  return [...new Set([name, ...keys, ...(among.includes(name) ? OF_EVERY_HOST : [])])];
}

/** What a row can be about; some are of two words. */
const verbsOf = (commands: readonly { name: string }[]): string[] => [
  ...commands.map(({ name }) => name),
  ...storeAuditVerbs,
  outsiderVerb,
];

function noVerb(words: readonly string[], commands: readonly { name: string }[]): UserError {
  const [first = ''] = words;
  const verbs = verbsOf(commands);
  const meant = verbs.includes(first)
    ? first
    : verbs.find((verb) => verb.split(' ').includes(first));
  return new UserError(
    words.length > 1
      ? '“audit” looks for one verb at a time.'
      : `“${first}” alone is no verb of the audit.`,
    { correctedLine: `audit ${meant}` },
  );
}

function readBefore({ flags, line }: { flags: Readonly<Record<string, string>>; line: string }) {
  const { before } = flags;
  if (before === undefined) return undefined;
  const number = /^#?(\d{1,15})$/.exec(before)?.[1];
  if (number !== undefined) return Number(number);
  throw new UserError(`“${before}” is no number of a row.`, {
    hint: 'Rows are numbered in the answer: --before 120 shows those older than #120.',
    correctedLine: line,
  });
}
