import type { AnswerBase } from '../answers/answer-base.ts';
import type { ExecSession } from '../answers/container-past.ts';
import type { HostState } from '../answers/host-state.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { Reading } from '../shared/reading.ts';
import { counted, listed } from '../shared/text.ts';
import type { BegunExec } from '../snapshot/facts/event.ts';
import { heading, note, paragraph, table, type View } from './document.ts';
import { utcText } from './local-time.ts';
import { blindNotes } from './past.ts';

export interface ExecsAnswer extends AnswerBase {
  kind: 'execs';
  hosts: HostState[];
  /** Null when every container of the hosts was asked about. */
  container: { name: string; id: string } | null;
  /** ISO time that was asked about. */
  since: string;
  /** The newest first. */
  execs: ExecSession[];
  /** True when there were more, which are older. */
  isCut: boolean;
  /** Hosts that nobody watches now: what is begun there is not known. */
  unwatched: string[];
  /** Times within the question in which nothing was heard. */
  blind: BlindInterval[];
}

/** What no answer about commands can say. */
export const NO_PERSON = [
  'Docker does not record which person ran a command, so Seawall cannot tell. ',
  'Seawall stores the power of a command, not the command itself. Health checks are left out.',
] as const;

const ROWS_MAX = 50;
const ID_LENGTH = 12;

export const execs: View<ExecsAnswer> = (answer) => {
  const { container, hosts, since, execs: found, isCut, unwatched, blind } = answer;
  const where = [
    ...(container === null ? [] : [`in ${container.name}`]),
    `on ${listed(hosts.map(({ name }) => name))} since ${utcText(since)}`,
  ].join(' ');
  const isUnknown = found.length === 0 && hosts.every(({ name }) => unwatched.includes(name));
  const title = isUnknown
    ? 'It is unknown which commands were started'
    : `${counted(found.length, 'command')}${isCut ? ' or more' : ''} started`;
  const shown = found.slice(0, ROWS_MAX);
  return {
    headline: `${title} ${where}`,
    summary: [
      heading(title),
      paragraph(`${where}.`),
      ...table(['started', 'container', 'host', 'power', 'ended', 'exit code'], shown.map(toRow)),
      (isCut || found.length > shown.length) &&
        note('Older ones are left out; name a container, or a later “since”.'),
      unwatched.length > 0 &&
        note(`Not watched now: ${listed(unwatched)}. Later commands there are unknown.`),
      ...blindNotes(blind),
      note(...NO_PERSON),
    ],
  };
};

const toRow = ({ host, container, power, startedAt, endedAt, exitCode }: ExecSession): string[] => [
  utcText(startedAt),
  container.name ?? container.id.slice(0, ID_LENGTH),
  host,
  powerText(power),
  endedAt === null ? 'not seen to end' : utcText(endedAt),
  exitCode === null ? '–' : String(exitCode),
];

export function powerText(power: Reading<BegunExec>): string {
  if (power.state === 'unread') return `unknown: ${power.reason}`;
  const { user, isPrivileged } = power.value;
  const who = user === '' ? 'the container’s user' : `user ${user}`;
  return isPrivileged ? `privileged, ${who}` : who;
}
