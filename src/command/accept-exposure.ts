import type { AdvisoryRecord } from '../exposure/advisory.ts';
import { toldAs } from '../exposure/linked-vulnerabilities.ts';
import { isAffected } from '../exposure/verdict.ts';
import { EVERY_HOST } from '../findings/attestations.ts';
import { exposureOf } from '../inspections/exposure-of.ts';
import { GONE_MS } from '../inspections/look-at-exposure.ts';
import type { StoredExposureAcceptance } from '../ports/exposed-store.ts';
import { UserError } from '../shared/errors.ts';
import { listed, quoteWord } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import type { ExposureAcceptedAnswer } from '../views/exposure-accepted.ts';
import { askedHostNames, type CommandContext, type CommandRequest } from './command.ts';
import { decisionTerms } from './decision-terms.ts';
import { lineWithFlags } from './parse-flags.ts';

/**
 * Accepts a vulnerability in a package, in the versions that hosts have now. Rejects with `UserError` where
 * none is affected, and with the line that names a package where the words name none.
 */
export async function acceptExposure(
  context: CommandContext,
  request: CommandRequest,
): Promise<ExposureAcceptedAnswer> {
  const { id, name } = namedIn(request);
  const at = context.now();
  const hosts = askedHostNames(context, request);
  const question = { kind: 'vulnerability' as const, id, summary: '' };
  const { facts, records } = await exposureOf(context, question, {
    ...{ hosts, since: at - GONE_MS, at },
  });
  const asked = { hosts, goneAfter: at - GONE_MS, vulnerability: id };
  const isCalledSo = (await context.exposed.listPlaced(asked)).some(
    ({ package: found }) => found.name === name || found.sourceName === name,
  );
  const vulnerability = isCalledSo ? id : oneOf(id, records, request);
  const affected = facts.results.flatMap(({ state, package: found }) =>
    found !== null && isAffected(state) ? [found] : [],
  );
  const [first] = affected;
  if (first === undefined) {
    throw new UserError(`No package is known here that ${vulnerability} affects.`, {
      hint: `\`exposure ${vulnerability}\` says what is known.`,
    });
  }
  const meant = affected.filter((one) => one.name === name || one.source === name);
  if (name === null || meant.length === 0) {
    const sources = [...new Set(affected.map(({ source }) => source))];
    const line = `accept ${vulnerability} ${quoteWord(first.source)}`;
    throw new UserError(
      name === null
        ? 'Name the package in which it is accepted.'
        : `“${name}” is no package here that ${vulnerability} affects.`,
      {
        hint: `It affects: ${listed(sources)}.`,
        correctedLine: lineWithFlags(line, request.flags),
      },
    );
  }
  const versions = [...new Set(meant.map(({ version }) => version))].sort();
  const acceptances = await context.exposed.accept(
    { vulnerability, package: name, versions },
    scopesOf(context, request),
    decisionTerms(context, request),
  );
  const line = `${vulnerability} ${quoteWord(name)}`;
  return {
    kind: 'exposure-accepted',
    takenAt: isoTime(at),
    ...{ acceptances, isWithdrawn: false },
    next: [`unaccept ${line}`, `exposure ${vulnerability}`, 'findings accepted'],
  };
}

/** Takes acceptances of a vulnerability back. Rejects with `UserError` where none is in force. */
export async function unacceptExposure(
  context: CommandContext,
  request: CommandRequest,
): Promise<ExposureAcceptedAnswer> {
  const { id, name } = namedIn(request);
  const isEverywhere = !request.isLimited && (!request.isHostNamed || request.isEveryHost);
  const at = context.now();
  const records = await context.feeds.recordsOf(id);
  const told = toldAs(id, advisoriesOf(records));
  const vulnerabilities = [...new Set([id, ...told])];
  const acceptances: StoredExposureAcceptance[] = [];
  for (const vulnerability of vulnerabilities) {
    acceptances.push(
      ...(await context.exposed.unaccept(
        { vulnerability, package: name },
        isEverywhere ? null : askedHostNames(context, request),
        { actor: context.actor, at },
      )),
    );
  }
  if (acceptances.length === 0) {
    throw new UserError(`Nobody accepted ${id}${name === null ? '' : ` in ${name}`} here.`, {
      hint: '`findings accepted` lists what is accepted.',
    });
  }
  return {
    kind: 'exposure-accepted',
    takenAt: isoTime(at),
    ...{ acceptances, isWithdrawn: true },
    next: [`exposure ${id}`, 'findings accepted'],
  };
}

function namedIn({ words }: CommandRequest): { id: string; name: string | null } {
  const [id = '', name = null] = words;
  return { id: id.toUpperCase(), name };
}

const advisoriesOf = (records: readonly AdvisoryRecord[]) =>
  records.map(({ advisory }) => advisory);

/** What records call it; where a match calls it otherwise in this package, messages and digests do as well. */
function oneOf(
  id: string,
  records: readonly AdvisoryRecord[],
  { words, flags }: CommandRequest,
): string {
  const names = toldAs(id, advisoriesOf(records));
  const [first = id] = names;
  if (names.length < 2) return first;
  throw new UserError(
    `${id} is about several vulnerabilities: ${listed(names)}. Accept each of them.`,
    {
      correctedLine: lineWithFlags(
        ['accept', first, ...words.slice(1).map(quoteWord)].join(' '),
        flags,
      ),
    },
  );
}

/** Every host, also those to come, unless the line names one or the channel limits them. */
const scopesOf = (context: CommandContext, request: CommandRequest): string[] =>
  request.isLimited || (request.isHostNamed && !request.isEveryHost)
    ? askedHostNames(context, request)
    : [EVERY_HOST];
