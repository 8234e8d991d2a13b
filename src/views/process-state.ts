import type { ProcessState } from '../inspections/process-state.ts';
import type { LiveProcess } from '../ports/process-store.ts';
import { clamp, counted, duration, listed } from '../shared/text.ts';
import { list, type Part, paragraph, type Span, strong } from './document.ts';

const PROCESSES_SHOWN = 12;
const NAME_LENGTH = 40;

/** True where several processes share the work, or nobody knows. */
export const isShared = ({ processes }: ProcessState): boolean =>
  processes === null || processes.length > 1 || processes.some(({ role }) => role === 'worker');

/** The processes by role, and how far behind their work is; nothing where one process does everything. */
export function processParts(state: ProcessState): Part[] {
  if (!isShared(state)) return [];
  return [
    paragraph(strong('Processes: '), `${processesText(state)}.`),
    ...list((state.processes ?? []).slice(0, PROCESSES_SHOWN).map(processSpans)),
    paragraph(strong('Their work: '), `${workText(state)}.`),
  ];
}

/** `2 serves, 1 worker (1 draining); versions 0.1.0, 0.2.0`; or that it is unknown. */
export function processesText({ processes }: ProcessState): string {
  if (processes === null) return 'unknown, they could not be read';
  const roles = [...Map.groupBy(processes, ({ role }) => role)].map(([role, of]) => {
    const draining = of.filter(({ isDraining }) => isDraining).length;
    return `${counted(of.length, role)}${draining > 0 ? ` (${draining} draining)` : ''}`;
  });
  const versions = [...new Set(processes.map(({ version }) => version))];
  const said = versions.length === 1 ? 'version' : 'versions';
  return roles.length === 0 ? 'none lives' : `${roles.join(', ')}; ${said} ${listed(versions)}`;
}

/** `3 scans waiting, the oldest for 2 min, 4 running; watchers at most 1 min behind; …`. */
export function workText({ queue, watchLagMs, blind }: ProcessState): string {
  const oldest =
    queue !== null && queue.waiting > 0 ? `, the oldest for ${duration(queue.oldestMs)}` : '';
  return [
    queue === null
      ? 'scans waiting unknown'
      : `${counted(queue.waiting, 'scan')} waiting${oldest}, ${queue.running} running`,
    watchLagMs === null ? 'no host is watched' : `watchers at most ${duration(watchLagMs)} behind`,
    blind.hosts === 0
      ? 'no host was blind in the last day'
      : `${counted(blind.hosts, 'host')} blind for ${duration(blind.ms)} in all in the last day`,
  ].join('; ');
}

const processSpans = ({ role, machine, pid, version, isDraining, hosts }: LiveProcess): Span[] => [
  strong(role),
  ` on ${clamp(machine, NAME_LENGTH)} (${pid}), ${clamp(version, NAME_LENGTH)}: `,
  `watches ${counted(hosts, 'host')}${isDraining ? ', draining' : ''}`,
];
