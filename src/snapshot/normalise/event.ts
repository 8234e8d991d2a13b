import { table } from '../../shared/table.ts';
import type { EngineEvent, EventKind } from '../facts/event.ts';
import {
  containerName,
  entriesOrEmpty,
  type Foreign,
  field,
  foreign,
  isAbsent,
  nameText,
  pathId,
  referenceText,
  text,
  textOrEmpty,
  wrongShape,
} from '../foreign.ts';
import { probeLabel, probeNamePrefix } from '../probe-container.ts';

/** Characters of a word of the engine, or an id of what is no container, that are kept. */
const WORD_MAX = 512;

/** By the engine's word; `remove`, `exec` and `exec_died` are Podman's. */
const kinds = table<EventKind>({
  create: 'created',
  start: 'started',
  die: 'ended',
  destroy: 'gone',
  remove: 'gone',
  rename: 'renamed',
  update: 'updated',
  pause: 'paused',
  unpause: 'unpaused',
  oom: 'out-of-memory',
  exec_create: 'exec',
  exec: 'exec',
  exec_die: 'exec-ended',
  exec_died: 'exec-ended',
});

const TIME = /"timeNano":\s*(\d{1,20})\s*[,}]/g;

export interface EventOptions {
  /** See `CollectOptions`. */
  ownerLabel: string | null;
  /** A hash of a text. */
  hash: (text: string) => string;
}

/**
 * Reads one line of the engine's events. Throws `OutsideError` for one that is not an event. The
 * action of a command that is begun holds its whole line, which may hold secrets: of it only a hash
 * stays, and of every action what stands before the first colon.
 */
export function readEvent(line: string, { ownerLabel, hash }: EventOptions): EngineEvent {
  const event = foreign('GET /events', parse(line));
  const word = textOrEmpty(field(event, 'Action')) || text(field(event, 'status'));
  const { action, rest } = cutAtColon(word);
  const actor = field(event, 'Actor');
  const attributes = new Map(entriesOrEmpty(field(actor, 'Attributes')));
  const attribute = (name: string, asText = nameText): string | null => {
    const found = attributes.get(name);
    return found === undefined || isAbsent(found) ? null : asText(found);
  };
  const isContainer = text(field(event, 'Type')) === 'container';
  const kind = isContainer ? (kinds.get(action) ?? null) : null;
  const id = textOrEmpty(field(actor, 'ID')).slice(0, WORD_MAX);
  const name = attribute('name', containerName) ?? id;
  return {
    timeNano: timeNanoOf(line, event),
    id: kind === null ? id : pathId(field(actor, 'ID')),
    action,
    kind,
    name,
    image: attribute('image', referenceText) ?? '',
    composeProject: attribute('com.docker.compose.project'),
    composeService: attribute('com.docker.compose.service'),
    owner: ownerLabel === null ? null : attribute(ownerLabel),
    isMarkedAsProbe: attribute(probeLabel) === '1' && name.startsWith(probeNamePrefix),
    exitCode: kind === 'ended' || kind === 'exec-ended' ? exitCodeOf(attributes) : null,
    execId: kind === 'exec' || kind === 'exec-ended' ? execIdOf(attributes) : null,
    commandHash: kind === 'exec' && rest !== '' ? hash(rest) : null,
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw wrongShape(foreign('GET /events', line), 'a record');
  }
}

function cutAtColon(word: string): { action: string; rest: string } {
  const colon = word.indexOf(':');
  if (colon === -1) return { action: word.slice(0, WORD_MAX), rest: '' };
  return { action: word.slice(0, colon).slice(0, WORD_MAX), rest: word.slice(colon + 1).trim() };
}

/**
 * From the text, because the number would be rounded. Attributes are texts, in which a quote is never
 * followed by a bare number, so that none of them can pose as the time.
 */
function timeNanoOf(line: string, event: Foreign): string {
  const found = [...line.matchAll(TIME)].at(-1)?.[1];
  const rounded = field(event, 'timeNano');
  if (found === undefined || rounded.value !== Number(found)) throw wrongShape(rounded, 'a time');
  return found;
}

function exitCodeOf(attributes: ReadonlyMap<string, Foreign>): number | null {
  const code = attributes.get('exitCode') ?? attributes.get('containerExitCode');
  if (code === undefined || isAbsent(code)) return null;
  const number = Number(text(code));
  return Number.isInteger(number) ? number : null;
}

function execIdOf(attributes: ReadonlyMap<string, Foreign>): string | null {
  const id = attributes.get('execID');
  return id === undefined || isAbsent(id) ? null : pathId(id);
}

/**
 * The command line of a container's health check as the event of its execution writes it; null
 * without one. It may hold secrets.
 */
export function healthCommandOf(inspected: Foreign): string | null {
  const config = field(inspected, 'Config');
  const health = field(config, 'Healthcheck');
  if (isAbsent(health)) return null;
  const [how, ...words] = textsOf(field(health, 'Test'));
  if (how === 'CMD') return words.join(' ');
  if (how !== 'CMD-SHELL') return null;
  const shell = textsOf(field(config, 'Shell'));
  return [...(shell.length > 0 ? shell : ['/bin/sh', '-c']), ...words].join(' ');
}

const textsOf = (found: Foreign): string[] =>
  Array.isArray(found.value) ? found.value.filter((word) => typeof word === 'string') : [];
