import type { ExposureAnswer } from '../answers/exposure-answer.ts';
import { isAffected } from '../exposure/verdict.ts';
import { blindWithin, latestBlind, notWatched } from '../inspections/describe-past.ts';
import { exposureOf } from '../inspections/exposure-of.ts';
import { RESULTS_OF_PAGE } from '../inspections/exposure-order.ts';
import { exposureQuestion } from '../inspections/exposure-question.ts';
import { hostStates } from '../inspections/host-states.ts';
import { GONE_MS } from '../inspections/look-at-exposure.ts';
import { listPage } from '../inspections/paging.ts';
import { refreshHosts } from '../inspections/scan-hosts.ts';
import type { BlindInterval } from '../ports/past.ts';
import { quoteWord } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import type { CommandContext, CommandRequest } from './command.ts';
import { sinceTime } from './parse-since.ts';

/** Who is, and who was, exposed to what was asked about. Rejects with `UserError` for what is neither a vulnerability nor a package. */
export async function answerExposure(
  context: CommandContext,
  request: CommandRequest,
): Promise<ExposureAnswer> {
  const { words, hosts, since, line, paging } = request;
  const question = exposureQuestion(words);
  await refreshHosts(context, hosts);
  const at = context.now();
  const from = since === null ? at - GONE_MS : sinceTime(since, at);
  const states = await hostStates(hosts, context.store);
  const names = hosts.map(({ name }) => name);
  const {
    facts,
    place: { worst, ...part },
  } = await exposureOf(context, question, {
    ...{ hosts: names, since: from, at },
    wanted: paging ? { after: paging.after, limit: RESULTS_OF_PAGE } : null,
  });
  const container = worst?.containers.find(({ to }) => to === null);
  const beyond = hostsBeyond(context, request);
  return {
    kind: 'exposure',
    takenAt: isoTime(at),
    query: words.join(''),
    hosts: states,
    since: isoTime(from),
    ...facts,
    ...newestBlind(await blindWithin(context, names, { from, to: at })),
    unwatched: await notWatched(context, names),
    beyond,
    page: listPage(line, states, paging, paging ? part : null),
    next: [
      ...(beyond ? [beyond.line] : []),
      ...(worst && container && isAffected(worst.state)
        ? [`inspect ${quoteWord(container.name)} on ${quoteWord(worst.host)}`]
        : []),
      ...(question.kind === 'vulnerability' ? ['feeds'] : [`surface ${quoteWord(question.name)}`]),
      facts.images.systemOnly + facts.images.notInventoried > 0 ? 'scan deep' : 'scan on all',
    ],
  };
}

/** “Are we affected?” is seldom about the host that a line without `on` means. */
function hostsBeyond(
  context: CommandContext,
  { isHostNamed, hosts, line }: CommandRequest,
): ExposureAnswer['beyond'] {
  const more = context.hosts.length - hosts.length;
  return isHostNamed || more <= 0 ? null : { hosts: more, line: `${line} on all` };
}

/** Of the times in which hosts were blind; the rest is counted. */
const BLIND_MAX = 100;

function newestBlind(all: readonly BlindInterval[]): Pick<ExposureAnswer, 'blind' | 'moreBlind'> {
  const blind = latestBlind(all, BLIND_MAX);
  return { blind, moreBlind: all.length - blind.length };
}
