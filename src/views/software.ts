import type { HostState } from '../answers/host-state.ts';
import type { SoftwareAnswer, SoftwareInstance } from '../answers/surface-answer.ts';
import { LIBRARIES_OF_DEEP, softwareOrder } from '../inspections/find-software.ts';
import { counted, listed, quoteWord } from '../shared/text.ts';
import { hintIn, withoutHint } from '../snapshot/needed-level.ts';
import { tableByHosts } from './alike-hosts.ts';
import { code, heading, list, note, type Parts, paragraph, strong, type View } from './document.ts';
import { commonestFirst, hostNotes } from './host-notes.ts';
import { shownPage } from './pages.ts';

/** Rows of one page: a table takes 99, and the text of all of them must fit into few messages. */
const ROWS = 50;
const VERSIONS_SHOWN = 20;
/** Reasons why packages are unknown. */
const REASONS_SHOWN = 3;

export const software: View<SoftwareAnswer> = (answer) => {
  const { name, instances, unread, hosts, takenAt } = answer;
  const versions = Map.groupBy(instances, (one) => `${one.software} ${one.version}`);
  const { containers, reason, elsewhere } = answer;
  const count = containers === null ? 'unknown' : countText(answer, containers, versions.size);
  const page = shownPage(instances, answer.page, softwareOrder, (rest) => rest.slice(0, ROWS));
  return {
    headline: `${name}: ${count}`,
    summary: [
      heading(`${name}: ${count}`),
      containers === null && paragraph(`It is unknown who has it here: ${reason}.`),
      containers === 0 && note(LIBRARIES_OF_DEEP),
      elsewhere.length !== 0 &&
        paragraph(
          strong('Other hosts have it: '),
          listed(elsewhere.map((one) => `${one.host} (${counted(one.containers, 'container')})`)),
        ),
      ...list(
        commonestFirst(versions)
          .slice(0, VERSIONS_SHOWN)
          .map(([version, found]) => [
            strong(version),
            `: ${counted(found.length, 'container')} on ${listed([...new Set(found.map(({ host }) => host))])}`,
          ]),
      ),
      ...moreVersions(versions.size),
      ...vulnerableParts(answer),
      ...tableByHosts(
        ['version', 'container', 'host', 'state', 'system', 'packages or places'],
        page.shown.map((one) => [
          one.version,
          one.name,
          one.host,
          one.state,
          one.system || '–',
          listed(placesOf(one), 3),
        ]),
      ),
      ...page.notes,
      containers !== null && unreadNotes(unread),
      ...hostNotes(hosts, takenAt),
    ],
    actions: page.actions,
  };
};

const placesOf = ({ found, packages }: SoftwareInstance): string[] =>
  found === null
    ? packages.map(({ name, version, architecture }) => `${name} ${version} ${architecture}`)
    : found.paths.map((path) => `/${path}`);

/** That not every version has a line. */
const moreVersions = (count: number): Parts => [
  count > VERSIONS_SHOWN && note(`… and ${counted(count - VERSIONS_SHOWN, 'more version')}.`),
];

/** What is known against which version, and where all of it stands. */
function vulnerableParts({ vulnerable, instances, name }: SoftwareAnswer): Parts {
  if (instances.length === 0) return [];
  if (vulnerable === null) {
    return [
      note('It is unknown which versions have vulnerabilities: no advisory feed was compared yet.'),
    ];
  }
  const hint = [code(`exposure ${quoteWord(name)}`), ' says who has which version.'] as const;
  if (vulnerable.length === 0)
    return [note('No vulnerability is known in these versions. ', ...hint)];
  return [
    paragraph(strong('Vulnerable: ')),
    ...list(
      vulnerable
        .slice(0, VERSIONS_SHOWN)
        .map(({ software: of, version, count, fixable, exploited, worst }) => [
          strong(of === name ? version : `${of} ${version}`),
          `: ${counted(count, 'vulnerability', 'vulnerabilities')}, ${fixable} with a fix`,
          exploited > 0 ? `, ${exploited} exploited` : '',
          `; worst ${worst.id}${worst.severity === null ? '' : ` (${worst.severity})`}`,
        ]),
    ),
    ...moreVersions(vulnerable.length),
    note(...hint),
  ];
}

function countText({ hosts }: SoftwareAnswer, containers: number, versions: number): string {
  const number = `${counted(versions, 'version')} on ${counted(containers, 'container')}`;
  // Libraries may not have been read.
  return `${containers === 0 ? 'no container here is known to have it' : number}${unreadText(hosts)}`;
}

function unreadText(hosts: readonly HostState[]): string {
  const unread = hosts.filter(({ unread: why }) => why !== null).map(({ name }) => name);
  return unread.length === 0 ? '' : `, unknown now on ${listed(unread)}`;
}

/** Each reason once, those of most containers first. */
function unreadNotes(unread: SoftwareAnswer['unread']): Parts {
  const reasons = commonestFirst(Map.groupBy(unread, ({ reason }) => reason));
  const hidden = reasons.slice(REASONS_SHOWN).map(([, of]) => of);
  const more = counted(hidden.flat().length, 'more container');
  const others = counted(hidden.length, 'other reason');
  const toSet = hintIn(reasons.map(([reason]) => reason));
  return [
    ...reasons.slice(0, REASONS_SHOWN).map(([reason, of]) => {
      const names = listed(of.map(({ name, host }) => `${name} on ${host}`));
      return note(`Unknown for ${names}, which may have it too: ${withoutHint(reason)}`);
    }),
    hidden.length > 0 && note(`Unknown for ${more} for ${others}.`),
    toSet !== null && note(`To know more: ${toSet}.`),
  ];
}
