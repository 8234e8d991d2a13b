import type { HostProgress, ScanProgressAnswer } from '../answers/scan-answer.ts';
import { clamp, counted, listed } from '../shared/text.ts';
import { note, type Parts, type PlanTask, paragraph, strong, type View } from './document.ts';
import { countsText } from './finding-lists.ts';
import { gradeText } from './grade.ts';

/** More hosts are told by their number. */
const TASKS_MAX = 20;
/** Hosts that are named where most are only counted. */
const NAMES_MAX = 10;

export const scanProgress: View<ScanProgressAnswer> = ({ hosts }) => ({
  headline: 'Scanning …',
  summary: [...partsOf(hosts), note('This message is updated while the scan runs.')],
  next: [],
});

function partsOf(hosts: readonly HostProgress[]): Parts {
  const [only] = hosts;
  if (only && hosts.length === 1) return [paragraph(strong(only.host), ` ${howFar(only)}`)];
  const ended = hosts.filter(({ outcome }) => outcome !== undefined);
  const title = `Scanning ${counted(hosts.length, 'host')}: ${ended.length} done`;
  if (hosts.length > TASKS_MAX) return countedParts(title, hosts);
  return [{ kind: 'plan', title, tasks: hosts.map(taskOf) }];
}

function taskOf(host: HostProgress): PlanTask {
  const { outcome, total } = host;
  const state = outcome === undefined ? (total > 0 ? 'running' : 'waiting') : endOf(outcome.state);
  return { title: host.host, state, spans: [howFar(host)] };
}

const endOf = (state: NonNullable<HostProgress['outcome']>['state']): PlanTask['state'] =>
  state === 'scanned' ? 'done' : 'failed';

function howFar({ done, total, latest, outcome }: HostProgress): string {
  if (outcome?.state === 'stopped') return 'stopped, nothing stored';
  if (outcome?.state === 'unread') return 'could not be judged';
  if (outcome) return `grade ${gradeText(outcome.posture)}, ${countsText(outcome.open)}`;
  const bar = '▓'.repeat(done) + '░'.repeat(Math.max(0, total - done));
  const step = latest ? `${latest.section} ${latest.state}` : 'contacting the engine';
  return `${bar} ${done}/${total || '?'} ${step}`.trim();
}

/** Too many hosts for a line each: their numbers, and the names of those that need a look. */
function countedParts(title: string, hosts: readonly HostProgress[]): Parts {
  const named = (state: PlanTask['state'], words: string): Parts => {
    const names = hosts.filter((one) => taskOf(one).state === state).map(({ host }) => host);
    if (names.length === 0) return [];
    return [paragraph(`${names.length} ${words}: `, clamp(listed(names, NAMES_MAX), 600))];
  };
  const waiting = hosts.filter((one) => taskOf(one).state === 'waiting').length;
  return [
    paragraph(strong(title)),
    ...named('running', 'being read'),
    ...named('failed', 'stopped or not judged'),
    waiting > 0 && paragraph(`${waiting} waiting`),
  ];
}
