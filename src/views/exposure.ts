import type { ExposureAnswer, ExposureResult } from '../answers/exposure-answer.ts';
import { exploitedSince } from '../exposure/advisory.ts';
import { resultOrder } from '../inspections/exposure-order.ts';
import { addTo } from '../shared/add-to.ts';
import { counted, listed } from '../shared/text.ts';
import {
  capital,
  code,
  heading,
  list,
  note,
  type Parts,
  paragraph,
  type Span,
  strong,
  table,
  titled,
  type View,
} from './document.ts';
import { feedNotes, systemNotes } from './exposure-notes.ts';
import {
  exposureColumns,
  exposureRows,
  firstResults,
  NAMES_SHOWN,
  namesOf,
  shortReason,
} from './exposure-rows.ts';
import { hostNotes, reasonNotes } from './host-notes.ts';
import { shownPage } from './pages.ts';
import { blindNotes, notWatchedNotes } from './past.ts';
import { whatToDo } from './what-to-do.ts';

const ROWS_SHOWN = 40;
const UNKNOWN_SHOWN = 5;
const REASONS_SHOWN = 8;

/** Who is exposed to a vulnerability, or has a package. */
export const exposure: View<ExposureAnswer> = (answer) => {
  const { asked, results, hosts, takenAt } = answer;
  const named = asked.kind === 'vulnerability' ? asked.id : answer.query;
  // Where there are more hosts, a “no” is one about these alone.
  const where = answer.beyond === null ? '' : ` on ${listed(hosts.map(({ name }) => name))}`;
  const title = `${named}${where}`;
  const sentence = exposureSentence(answer, hosts);
  const headline = `${title}: ${sentence}`;
  // What has nothing of it is counted above.
  const told = results.filter(({ state }) => state !== 'not-present');
  const isFirst = (answer.page?.after ?? null) === null;
  const page = shownPage(told, answer.page, resultOrder, (rest) =>
    firstResults(rest, answer, ROWS_SHOWN),
  );
  return {
    headline,
    summary: [
      heading(title),
      paragraph(strong(`${capital(sentence)}.`)),
      ...beyondNotes(answer),
      asked.kind === 'vulnerability' && asked.summary !== '' && note(asked.summary),
      ...knownParts(answer),
      ...(asked.kind === 'vulnerability' && isFirst ? whatToDo(results, asked.id) : []),
      ...table(exposureColumns, exposureRows(page.shown, answer)),
      ...page.notes,
      ...reasonsOf(page.shown),
      ...layerNotes(page.shown),
      ...unknownParts(answer, page.shown),
      ...systemNotes(answer),
      ...feedNotes(answer),
      ...notWatchedNotes(answer.unwatched),
      ...blindNotes(answer.blind, answer.moreBlind),
      ...hostNotes(hosts, takenAt),
    ],
    actions: page.actions,
  };
};

/** That there are hosts which nobody asked: a “no” about one is none about all. */
const beyondNotes = ({ hosts, beyond }: ExposureAnswer): Parts => [
  beyond !== null &&
    note(
      `This is about ${listed(hosts.map(({ name }) => name))}, which a line without “on” means here; ${counted(beyond.hosts, 'more host')}: `,
      code(beyond.line),
    ),
];

/** Who is affected, e.g. `3 of 41 running containers are affected, 2 of them have a fix; 2 more ran; of 5 running containers it is not known`. */
export function exposureSentence(
  answer: Pick<ExposureAnswer, 'running' | 'stopped' | 'gone' | 'changed' | 'images' | 'asked'>,
  hosts: ExposureAnswer['hosts'] = [],
): string {
  const { running, stopped, gone, changed, images, asked } = answer;
  const isPackage = asked.kind === 'package';
  const does = (count: number) =>
    isPackage ? `${count === 1 ? 'has' : 'have'} it` : `${count === 1 ? 'is' : 'are'} affected`;
  const total = running.total + stopped.total + gone.total;
  const ofImages = imagesText(images);
  if (total === 0) {
    const isUnread = hosts.some(({ lastScanAt, unread }) => lastScanAt === null || unread !== null);
    const none = isUnread
      ? 'it is unknown which containers there are'
      : 'no container is known here';
    return [none, ...ofImages].join('; ');
  }
  const of = counted(running.total, 'running container');
  const first =
    running.affected > 0 || running.unknown === 0
      ? `${running.affected} of ${of} ${does(running.affected)}`
      : `no running container is known to ${isPackage ? 'have it' : 'be affected'}`;
  const parts = [
    first +
      (running.fixable > 0 && !isPackage
        ? `, ${running.fixable === running.affected ? 'a fix exists' : `${running.fixable} of them ${running.fixable === 1 ? 'has' : 'have'} a fix`}`
        : ''),
    ...(stopped.affected > 0
      ? [`${stopped.affected} more ${stopped.affected === 1 ? 'is' : 'are'} stopped`]
      : []),
    ...(gone.affected > 0
      ? [
          `${gone.affected}${running.affected + stopped.affected > 0 ? ' more' : ''} ran and ${gone.affected === 1 ? 'is' : 'are'} gone`,
        ]
      : []),
    ...(changed.affected > 0 ? [changedText(changed.affected, asked)] : []),
  ];
  parts.push(...unknownText({ running, stopped, gone }));
  return [...parts, ...ofImages].join('; ');
}

/** Those that are gone are told apart: what runs is a part of what was said before. */
function unknownText(counts: Pick<ExposureAnswer, 'running' | 'stopped' | 'gone'>): string[] {
  const of = (['running', 'stopped', 'gone'] as const).filter((how) => counts[how].unknown > 0);
  if (of.length === 0) return [];
  const said = of.map((how) => `${counts[how].unknown} ${how}`).join(' and ');
  const isOne = of.length === 1 && of.every((how) => counts[how].unknown === 1);
  return [`of ${said} ${isOne ? 'container' : 'containers'} it is not known`];
}

/** Of what is there: it may be affected again, or still, as what is not read any more shows no change. */
const changedText = (count: number, asked: ExposureAnswer['asked']): string =>
  `${count} that ${count === 1 ? 'is' : 'are'} there ${
    asked.kind === 'package' ? 'had it' : count === 1 ? 'was affected' : 'were affected'
  } before, and since then ${count === 1 ? 'it' : 'they'} changed or could not be read`;

function imagesText({ affected, notInventoried }: ExposureAnswer['images']): string[] {
  const are = (count: number) => `${counted(count, 'image')} ${count === 1 ? 'is' : 'are'}`;
  const unused = (count: number) => `${counted(count, 'image')} without a container`;
  return [
    ...(affected > 0 ? [`${unused(affected)} ${affected === 1 ? 'has' : 'have'} it`] : []),
    ...(notInventoried > 0 ? [`${are(notInventoried)} not inventoried`] : []),
  ];
}

/** What is known of its exploitation and severity; nothing for a package. */
export function knownParts({
  asked,
  known: { exploited, epss, cvss, cvssScore },
  feeds,
}: Pick<ExposureAnswer, 'asked' | 'known' | 'feeds'>): Parts {
  if (asked.kind === 'package') return [];
  /** A feed that is old may have it meanwhile. */
  const notKnown = (source: string, isNo: string, what: string): string => {
    const feed = feeds.find((one) => one.source === source);
    if (feed === undefined) return `not known, no ${what} taken`;
    return feed.isStale ? 'not known, the feed is too old' : isNo;
  };
  const score = cvssScore === null ? '' : `${cvssScore.toFixed(1)}, `;
  const spans: Span[] = [
    strong('Exploited: '),
    exploited === null
      ? notKnown('kev', 'not in CISA’s catalogue', 'catalogue was')
      : `yes, in CISA’s catalogue since ${exploitedSince(exploited)}${exploited.isUsedByRansomware ? ', used by ransomware' : ''}`,
    '. ',
    strong('EPSS: '),
    epss === null
      ? notKnown('epss', 'no score', 'scores were')
      : `${(epss.probability * 100).toFixed(1)} % within 30 days`,
    ...(cvss.length > 0 ? ['. ', strong('CVSS: '), `${score}${listed(cvss, 2)}`] : []),
  ];
  return [paragraph(...spans)];
}

/** Why it is not known of the containers of some rows, where the rows have no room for it. */
function reasonsOf(shown: readonly ExposureResult[]): Parts {
  const reasons = new Map<string, string[]>();
  for (const { state, reason, containers, image } of shown) {
    if (reason === null || shortReason({ state, reason }) === reason) continue;
    const names = containers.length > 0 ? namesOf(containers) : [image];
    for (const name of names) addTo(reasons, reason, name);
  }
  return reasonNotes(reasons, REASONS_SHOWN);
}

/** Why it is not known which layers brought packages: mostly that is the same for all of them. */
function layerNotes(shown: readonly ExposureResult[]): Parts {
  const reasons = shown.flatMap(({ layer }) => (layer?.state === 'unread' ? [layer.reason] : []));
  const counts = Map.groupBy(reasons, (reason) => reason);
  return [...counts].map(([reason, { length }]) =>
    note(`Layer not known for ${length} of ${shown.length} results: ${reason}.`),
  );
}

/** Of whom nobody knows, without the hosts of which a row that is shown says the same of the same image. */
function unknownParts({ unknown: all }: ExposureAnswer, shown: readonly ExposureResult[]): Parts {
  const rows = shown.filter(({ state }) => state === 'unknown');
  const unknown = all.flatMap((one) => {
    const told = rows.filter(({ image, reason }) => image === one.image && reason === one.reason);
    const hosts = one.hosts.filter((host) => !told.some((row) => row.host === host));
    return hosts.length > 0 ? [{ ...one, hosts }] : [];
  });
  return titled('Not known', [
    ...list(
      unknown
        .slice(0, UNKNOWN_SHOWN)
        .map(({ image, hosts, reason }) => [
          strong(image || 'a container'),
          ` on ${listed(hosts, NAMES_SHOWN)}: ${reason}`,
        ]),
    ),
    unknown.length > UNKNOWN_SHOWN &&
      note(`And ${counted(unknown.length - UNKNOWN_SHOWN, 'more image')}.`),
  ]);
}
