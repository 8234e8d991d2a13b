import type {
  ContainerIsolation,
  ContainerPaths,
  IsolationAnswer,
} from '../answers/isolation-answer.ts';
import { type IsolationLevel, isolationLevels } from '../controls/isolation.ts';
import { counted, listed } from '../shared/text.ts';
import { wideTableByHosts } from './alike-hosts.ts';
import {
  code,
  heading,
  list,
  marked,
  note,
  type Parts,
  paragraph,
  strong,
  type View,
} from './document.ts';
import { hostMap, weakestFirst } from './host-map.ts';
import { commonestFirst, firstNotes, HOSTS_SHOWN, hostNotes, noContainers } from './host-notes.ts';
import { rankedPage } from './pages.ts';
import { waysCell, waysText } from './ways.ts';

/** What each level is called; `unknown` for none. */
const titles: Readonly<Record<IsolationLevel, string>> = {
  'on-the-host': 'on the host',
  'shared-kernel': 'shared kernel (runc)',
  'user-namespace': 'shared kernel, own users',
  rootless: 'shared kernel, rootless engine',
  sandbox: 'sandbox (gVisor)',
  'virtual-machine': 'virtual machine (declared)',
};
const LACKS_SHOWN = 3;
/** Rows of a page, ways through engines, and reasons why something is not known. */
const PAGE_ROWS = 50;
const PATHS_SHOWN = 20;
const REASONS_SHOWN = 4;

export const isolation: View<IsolationAnswer> = (answer) => {
  const { containers, isOne, hosts, takenAt, pathsUnknown, enginePaths } = answer;
  const [only] = containers;
  const levels = levelCounts(containers);
  const map = isOne ? null : hostMap(answer, levels);
  const page = rankedPage(containers.toSorted(weakestFirst), answer.page, PAGE_ROWS);
  const heard = containers.map(({ host }) => host);
  const title = isOne && only ? `Isolation of ${only.name} on ${only.host}` : 'Isolation';
  return {
    headline: `${title}: ${levels}`,
    summary: [
      heading(title),
      map,
      ...(isOne && only
        ? oneParts(only)
        : [...overviewParts(answer, page.shown, levels), ...page.notes]),
      ...list(
        enginePaths
          .slice(0, PATHS_SHOWN)
          .map(({ host, path: { severity, sentence } }) => [
            marked(severity),
            ` ${host}: ${sentence}`,
          ]),
      ),
      enginePaths.length > PATHS_SHOWN &&
        note(`… and ${enginePaths.length - PATHS_SHOWN} more ways through engines.`),
      ...unknownPathNotes(pathsUnknown, hosts.length),
      ...hostNotes(hosts, takenAt, heard),
    ],
    actions: isOne ? [] : page.actions,
  };
};

/** What of a host was not read although a way may hide there; of many hosts by reason. */
function unknownPathNotes(pathsUnknown: IsolationAnswer['pathsUnknown'], hosts: number): Parts {
  const text = 'there may be a way to the host in what was not read';
  if (hosts <= HOSTS_SHOWN) {
    return pathsUnknown.map(({ host, reason }) => note(strong(host), `: ${text}: ${reason}`));
  }
  const groups = Map.groupBy(pathsUnknown, ({ reason }) => reason);
  const notes = commonestFirst(groups).map(([reason, of]) => {
    const names = of.map(({ host }) => host);
    const where = ` (${listed(names, REASONS_SHOWN)})`;
    return note(strong(counted(of.length, 'host')), `: ${text}: ${reason}${where}`);
  });
  return firstNotes(notes, REASONS_SHOWN, 'more reason');
}

export const levelText = (level: IsolationLevel | null | undefined): string =>
  level ? titles[level] : 'unknown';

function levelCounts(containers: readonly ContainerIsolation[]): string {
  const counts = new Map<IsolationLevel | null, number>();
  for (const { isolation: found } of containers) {
    const level = found?.level ?? null;
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  const said = [...isolationLevels, null].flatMap((level) => {
    const count = counts.get(level) ?? 0;
    return count > 0 ? [`${count} ${levelText(level)}`] : [];
  });
  return said.join(', ') || 'no container';
}

function oneParts({ isolation: found, state, ways, paths }: ContainerIsolation): Parts {
  if (found === null) {
    return [
      paragraph('It was not looked at yet; try ', code('scan'), '.'),
      paths.length > 0 && pathParts({ ways, paths }),
    ];
  }
  return [
    paragraph(strong('Level: '), `${levelText(found.level)} (${found.source})`),
    paragraph(strong('Because '), found.because, ` · ${state}`),
    paragraph(strong('A virtual machine would add')),
    found.lacks.length > 0 ? list(found.lacks.map((one) => [one])) : paragraph('nothing.'),
    ...pathParts({ ways, paths }),
  ];
}

const pathParts = ({ ways, paths }: ContainerPaths): Parts => [
  paragraph(strong('Ways to the host: '), waysText(ways)),
  ...list(paths.map(({ severity, sentence }) => [marked(severity), ` ${sentence}`])),
];

function overviewParts(
  { containers, hosts }: IsolationAnswer,
  shown: readonly ContainerIsolation[],
  levels: string,
): Parts {
  if (containers.length === 0) return [noContainers(hosts)];
  const common = commonLacks(containers);
  return [
    paragraph(`${counted(containers.length, 'container')}: ${levels}`),
    ...wideTableByHosts(
      ['container', 'ways', 'level', 'because', 'how known', 'host'],
      shown.map(({ name, host, isolation: found, ways }) => [
        name,
        waysCell(ways),
        levelText(found?.level),
        found?.because ?? '–',
        found?.source ?? 'not looked at',
        host,
      ]),
    ),
    common.length > 0 && [
      paragraph(strong('What virtual machines would add')),
      ...list(common.map(([lack, count]) => [`${lack} (${counted(count, 'container')})`])),
    ],
  ];
}

/** What most containers lack, most of all first. */
function commonLacks(containers: readonly ContainerIsolation[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const [lacks, those] of Map.groupBy(containers, (one) => one.isolation?.lacks)) {
    for (const lack of lacks ?? []) counts.set(lack, (counts.get(lack) ?? 0) + those.length);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, LACKS_SHOWN);
}
