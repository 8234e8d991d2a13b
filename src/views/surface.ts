import type { AnswerBase, ListPage } from '../answers/answer-base.ts';
import type { HostState } from '../answers/host-state.ts';
import type { HostSurface, Tally } from '../answers/surface-answer.ts';
import { surfaceOrder } from '../inspections/surface-totals.ts';
import type { SurfaceOfContainer } from '../ports/stored.ts';
import { addTo } from '../shared/add-to.ts';
import { mapRead, type Reading } from '../shared/reading.ts';
import { compareText, counted, listed } from '../shared/text.ts';
import { countPorts } from '../surface/outward-ports.ts';
import type { SoftwareUse } from '../surface/software.ts';
import { wideTableByHosts } from './alike-hosts.ts';
import {
  code,
  heading,
  list,
  note,
  type Parts,
  strong,
  titled,
  type View,
  wideTable,
} from './document.ts';
import { HOSTS_SHOWN, hostNotes, noContainers, reasonNotes, restNotes } from './host-notes.ts';
import { deadPortParts, firewallParts, outwardPortParts } from './outward-ports.ts';
import { shownPage } from './pages.ts';

export interface SurfaceAnswer extends AnswerBase {
  kind: 'surface';
  hosts: HostState[];
  totals: HostSurface[];
  /** Those with the most packages first; those of which they are not known last. */
  containers: SurfaceOfContainer[];
  /** What is there in more than one version, in most versions first. */
  software: SoftwareUse[];
  /** What of the containers is shown; null for all. */
  page: ListPage | null;
}

/** Rows of one page: a table takes 99, and the text of all of them must fit into few messages. */
const ROWS = 50;
const SOFTWARE_SHOWN = 15;
const REASONS_SHOWN = 5;

/** What stands in the two tables, column by column; a further part of the surface is one line more. */
const columns: readonly {
  title: string;
  total: (host: HostSurface) => Tally;
  cell: (surface: NonNullable<SurfaceOfContainer['surface']>) => Reading<string>;
}[] = [
  {
    title: 'outward ports',
    total: ({ ports }) => ports,
    cell: ({ ports }) => mapRead(ports, (all) => String(countPorts(all))),
  },
  {
    title: 'processes',
    total: ({ processes }) => processes,
    cell: ({ processes }) => mapRead(processes, ({ count }) => String(count)),
  },
  {
    title: 'packages',
    total: ({ packages }) => packages,
    cell: ({ installed }) =>
      mapRead(installed, ({ manager, packages, isOwn }) => {
        if (manager !== null) return `${packages}${isOwn ? ', changed since creation' : ''}`;
        return isOwn === null ? 'no database in the image' : 'no database';
      }),
  },
  {
    title: 'set-uid files of the image',
    total: ({ setUidFiles }) => setUidFiles,
    cell: ({ setUid }) =>
      mapRead(setUid, ({ count, isWhole }) => `${count}${isWhole ? '' : ' or more'}`),
  },
];

export const surface: View<SurfaceAnswer> = (answer) => {
  const { containers, totals, software, hosts, takenAt } = answer;
  const page = shownPage(containers, answer.page, surfaceOrder, (rest) => rest.slice(0, ROWS));
  return {
    headline: `Surface: ${headlineOf(totals)}${severalText(answer)}`,
    summary: [
      heading('Attack surface'),
      containers.length === 0 && noContainers(hosts),
      ...wideTable(
        [
          'host',
          'containers',
          ...columns.map(({ title }) => title),
          'software',
          'in several versions',
        ],
        totalsShown(totals).map((host) => [
          host.host,
          numberText(host.containers),
          ...columns.map(({ total }) => tallyText(total(host))),
          numberText(host.software),
          numberText(host.severalVersions),
        ]),
      ),
      ...restNotes(
        totals.length - totalsShown(totals).length,
        totals.filter(({ reason }) => reason !== null).length,
        'surface on <host>',
      ),
      ...deadPortParts(containers),
      ...firewallParts(totals),
      ...softwareParts(software),
      ...wideTableByHosts(
        ['container', 'host', 'state', 'system', ...columns.map(({ title }) => title)],
        page.shown.map(toRow),
      ),
      ...page.notes,
      ...unreadNotes(containers),
      ...hostNotes(hosts, takenAt),
    ],
    details: outwardPortParts(page.shown),
    actions: page.actions,
  };
};

/** Of many hosts those that are read and have most ports open outwards, then most packages. */
function totalsShown(totals: readonly HostSurface[]): HostSurface[] {
  if (totals.length <= HOSTS_SHOWN) return [...totals];
  return totals
    .filter(({ reason }) => reason === null)
    .sort(
      (a, b) =>
        (b.ports.count ?? 0) - (a.ports.count ?? 0) ||
        (b.packages.count ?? 0) - (a.packages.count ?? 0) ||
        compareText(a.host, b.host),
    )
    .slice(0, HOSTS_SHOWN);
}

/** `outward ports: 2, processes: 5, packages: 404, set-uid files: unknown`, for one container. */
export function surfaceText(found: SurfaceOfContainer['surface']): string {
  if (found === null) return 'not looked at yet';
  const said = columns.map(({ title, cell }) => {
    const reading = cell(found);
    return `${title}: ${reading.state === 'read' ? reading.value : 'unknown'}`;
  });
  return said.join(', ');
}

function headlineOf(totals: readonly HostSurface[]): string {
  const known = totals.filter(({ containers }) => containers !== null);
  if (known.length === 0) return 'unknown';
  const unread = totals.filter(({ reason }) => reason !== null).map(({ host }) => host);
  const unknown = known.reduce((sum, { packages }) => sum + packages.unknown, 0);
  const said = [
    sumText(known, ({ containers }) => containers, 'container'),
    sumText(known, ({ packages }) => packages.count, 'package'),
    ...(unknown > 0 ? [`packages of ${unknown} unknown`] : []),
    ...(unread.length > 0 ? [`unknown now on ${listed(unread)}`] : []),
  ];
  return said.join(', ');
}

/** Where no package is known there is no number. */
function severalText({ totals, software }: SurfaceAnswer): string {
  const isKnown = totals.some(({ severalVersions }) => severalVersions !== null);
  return isKnown ? `, ${software.length} software in several versions` : '';
}

/** Of the hosts of which it is known. */
function sumText(
  totals: readonly HostSurface[],
  pick: (host: HostSurface) => number | null,
  noun: string,
): string {
  const numbers = totals.flatMap((host) => pick(host) ?? []);
  if (numbers.length === 0) return `${noun}s unknown`;
  const sum = numbers.reduce((total, number) => total + number, 0);
  return counted(sum, noun);
}

const numberText = (number: number | null): string =>
  number === null ? 'unknown' : String(number);

/** `12`, or `12, 3 unknown`: containers of which it is not known. */
const tallyText = ({ count, unknown }: Tally): string =>
  count !== null && unknown > 0 ? `${count}, ${unknown} unknown` : numberText(count);

function softwareParts(software: Parameters<typeof surface>[0]['software']): Parts {
  const more = software.length - SOFTWARE_SHOWN;
  return titled('Software in most versions', [
    ...list(
      software
        .slice(0, SOFTWARE_SHOWN)
        .map(({ name, versions, containers }) => [
          strong(name),
          `: ${counted(versions.length, 'version')} on ${counted(containers, 'container')} (${listed(versions, 3)})`,
        ]),
    ),
    more > 0 && note(`And ${more} more; `, code('surface <name>'), ' lists who has one.'),
  ]);
}

function toRow({ name, host, state, surface: found }: SurfaceOfContainer): string[] {
  const installed = found?.installed;
  const system = installed?.state === 'read' ? installed.value.operatingSystem?.prettyName : null;
  const cells = columns.map(({ cell }) => {
    const reading = found && cell(found);
    return reading?.state === 'read' ? reading.value : 'unknown';
  });
  return [name, host, state, system || '–', ...cells];
}

/** Each reason once, those of most containers first. */
function unreadNotes(containers: readonly SurfaceOfContainer[]): Parts {
  const reasons = new Map<string, string[]>();
  for (const { name, surface: found } of containers) {
    for (const { title, cell } of columns) {
      const reading = found ? cell(found) : null;
      if (reading?.state === 'read') continue;
      addTo(reasons, `${title}: ${reading?.reason ?? 'not looked at yet'}`, name);
    }
  }
  return reasonNotes(reasons, REASONS_SHOWN);
}
