import type { ExposureAnswer } from '../src/answers/exposure-answer.ts';
import { defineCommand } from '../src/command/command.ts';
import { sinceTime } from '../src/command/parse-since.ts';
import { byVersion, exposureQuestion } from '../src/inspections/exposure-question.ts';
import { withAges } from '../src/inspections/feed-ages.ts';
import {
  byRecords,
  coverageOf,
  findExposure,
  isAffected,
  packagesNamed,
} from '../src/inspections/find-exposure.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { listPage } from '../src/inspections/paging.ts';
import { refreshHosts } from '../src/inspections/refresh-hosts.ts';
import { quoteWord } from '../src/shared/text.ts';
import { DAY_MS, isoTime } from '../src/shared/time.ts';

/** How long what is gone is looked back for when nobody says. */
const GONE_MS = 90 * DAY_MS;

export const exposure = defineCommand({
  name: 'exposure',
  task: 'ask',
  summary: 'Say who is, and who was, exposed to a vulnerability, or has a package in which version',
  usage: 'exposure <CVE|package[<|<=|=|>=|>version]> [since <7d|2026-11-20|…>] [on <host>|on all]',
  examples: [
    'exposure CVE-2024-3094',
    'exposure openssl',
    'exposure openssl<3.0.15 on web-1',
    'exposure xz-utils=5.6.0,5.6.1 since 7d',
  ],
  permission: 'view',
  words: { minimum: 1, maximum: 3 },
  takesHost: true,
  takesSince: true,
  async run(context, { words, hosts, since, line, paging }): Promise<ExposureAnswer> {
    const { store, feeds, exposures, now } = context;
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
      exposures,
      {
        hosts: hosts.map(({ name }) => name),
        since: from,
        packages: isVulnerability
          ? packagesNamed(records)
          : { names: [question.name], sources: [question.name] },
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
        'scan on all',
      ],
    };
  },
});
