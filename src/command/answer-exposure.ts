import type { ExposureAnswer } from '../answers/exposure-answer.ts';
import { isAffected } from '../inspections/exposure-order.ts';
import { byVersion, exposureQuestion, packagesAsked } from '../inspections/exposure-question.ts';
import { withAges } from '../inspections/feed-ages.ts';
import {
  byRecords,
  coverageOf,
  findExposure,
  packagesNamed,
} from '../inspections/find-exposure.ts';
import { hostStates } from '../inspections/host-states.ts';
import { listPage } from '../inspections/paging.ts';
import { refreshHosts } from '../inspections/refresh-hosts.ts';
import { quoteWord } from '../shared/text.ts';
import { DAY_MS, isoTime } from '../shared/time.ts';
import type { CommandContext, CommandRequest } from './command.ts';
import { sinceTime } from './parse-since.ts';

/** How long what is gone is looked back for when nobody says. */
const GONE_MS = 90 * DAY_MS;

/** Who is, and who was, exposed to what was asked about. Rejects with `UserError` for what is neither a vulnerability nor a package. */
export async function answerExposure(
  context: CommandContext,
  { words, hosts, since, line, paging }: CommandRequest,
): Promise<ExposureAnswer> {
  const { store, feeds, now } = context;
  const question = exposureQuestion(words);
  await refreshHosts(context, hosts);
  const at = now();
  const from = since === null ? at - GONE_MS : sinceTime(since, at);
  const states = await hostStates(hosts, store);
  const known = withAges(await feeds.list(), at);
  const records = question.kind === 'vulnerability' ? await feeds.recordsOf(question.id) : [];
  const ids = records.flatMap(({ advisory }) => [advisory.id, ...advisory.aliases]);
  const isVulnerability = question.kind === 'vulnerability';
  const exploitation = await feeds.knownOf(isVulnerability ? [question.id, ...ids] : []);
  const found = await findExposure(
    context,
    {
      hosts: hosts.map(({ name }) => name),
      since: from,
      packages: isVulnerability ? packagesNamed(records) : packagesAsked(question.name),
    },
    isVulnerability ? byRecords(records, coverageOf(known)) : byVersion(question),
  );
  const [worst] = found.results;
  const container = worst?.containers.find(({ to }) => to === null);
  return {
    kind: 'exposure',
    takenAt: isoTime(at),
    query: words.join(''),
    asked: isVulnerability
      ? {
          ...question,
          summary: records.find(({ advisory }) => advisory.summary)?.advisory.summary ?? '',
        }
      : question,
    hosts: states,
    since: isoTime(from),
    known: {
      exploited: exploitation.exploited,
      epss: exploitation.prediction,
      cvss: [
        ...new Set(
          records.flatMap(({ advisory }) => advisory.severities.map(({ score }) => score)),
        ),
      ],
    },
    ...found,
    feeds: known.map(({ source, asOf, isStale }) => ({ source, asOf, isStale })),
    page: listPage(line, states, paging),
    next: [
      ...(worst && container && isAffected(worst.state)
        ? [`inspect ${quoteWord(container.name)} on ${quoteWord(worst.host)}`]
        : []),
      ...(isVulnerability ? ['feeds'] : [`surface ${quoteWord(question.name)}`]),
      found.images.systemOnly + found.images.notInventoried > 0 ? 'scan deep' : 'scan on all',
    ],
  };
}
