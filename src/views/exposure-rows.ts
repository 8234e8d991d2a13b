import type { ExposedWindow, ExposureAnswer, ExposureResult } from '../answers/exposure-answer.ts';
import { type ExposureState, isAffected } from '../exposure/verdict.ts';
import { ageBetween, clamp, duration, listed } from '../shared/text.ts';
import { alikeGroups, hostsText } from './alike-hosts.ts';
import { person } from './document.ts';
import { layerText } from './exposure-notes.ts';

/** Names that one cell or line spells out. */
export const NAMES_SHOWN = 3;

const words: Readonly<Record<ExposureState, string>> = {
  'affected-fix-available': 'affected, a fix exists',
  'affected-no-fix': 'affected, no fix yet',
  unknown: 'unknown',
  'vendor-says-not-affected': 'not affected',
  'not-present': 'not there',
};

/** Of a package it is said who has it: whether that is bad nobody asked. */
function stateWords(state: ExposureState, asked: ExposureAnswer['asked'], to: string | null) {
  if (!isAffected(state)) return words[state];
  const until = to === null ? '' : ` until ${to.slice(0, 10)}`;
  if (asked.kind === 'package') return to === null ? 'has it' : `had it${until}`;
  return to === null ? words[state] : `was ${words[state].replace(',', `${until},`)}`;
}

/** What the cells of `exposureRows` are. */
export const exposureColumns = [
  ...['state', 'package', 'container', 'image', 'host', 'since', 'fixed in'],
];
const HOST = exposureColumns.indexOf('host');
const SINCE = exposureColumns.indexOf('since');

/** Rows of results, of which those that differ by host and since when alone are one, where the first stands. */
export function exposureRows(
  results: readonly ExposureResult[],
  answer: ExposureAnswer,
): string[][] {
  const rows = results.map((result) => rowOf(result, answer));
  return alikeGroups(rows, sharedRow).map((ones) =>
    ones[0].cells.with(HOST, hostsText(ones.map(({ host }) => host))).with(
      SINCE,
      sinceText(
        ones.map(({ result }) => result),
        answer.takenAt,
      ),
    ),
  );
}

/** The first results that have so many rows, as `resultOrder` sorts them: each has one, or shares one with a result before it. */
export function firstResults(
  results: readonly ExposureResult[],
  answer: ExposureAnswer,
  rows: number,
): ExposureResult[] {
  const keys = new Set<string>();
  const end = results.findIndex((result) => keys.add(sharedRow(rowOf(result, answer))).size > rows);
  return end === -1 ? [...results] : results.slice(0, end);
}

const rowOf = (result: ExposureResult, answer: ExposureAnswer) => ({
  ...{ result, host: result.host },
  cells: exposureCells(result, answer),
});

/** What the rows of two hosts that are one have in common. */
const sharedRow = ({ result, cells }: ReturnType<typeof rowOf>): string => {
  const [state, where, , image, , since, fixedIn] = cells;
  return JSON.stringify([
    ...[state, where, namesOf(result.containers).toSorted(), image, fixedIn],
    isStraight(result) ? '' : since,
  ]);
};

/** It lasts, and was never interrupted. */
const isStraight = ({ window, windows }: ExposureResult): boolean =>
  window.to === null && windows.length === 1;

/** Since when it is so of the last and of the first of them: `9 min ago to 3 d ago`. */
function sinceText(results: readonly ExposureResult[], takenAt: string): string {
  const fromOf = ({ window }: ExposureResult) => Date.parse(window.from);
  const newestFirst = results.toSorted((a, b) => fromOf(b) - fromOf(a));
  const texts = newestFirst.map((one) => windowText(one, takenAt));
  return [...new Set([...texts.slice(0, 1), ...texts.slice(-1)])].join(' to ');
}

function exposureCells(result: ExposureResult, { asked, takenAt }: ExposureAnswer): string[] {
  const { state, host, image, containers, fixedIn, window } = result;
  return [
    `${stateWords(state, asked, window.to)}${result.reason === null ? '' : `: ${shortReason(result)}`}${acceptedText(result)}`,
    placedText(result),
    listed(namesOf(containers), NAMES_SHOWN) || 'none',
    image || '–',
    host,
    windowText(result, takenAt),
    fixedIn ?? '–',
  ];
}

/** What is not known; why stands in brackets behind it, and once below the rows. What is known is said as it is. */
export const shortReason = ({ state, reason }: Pick<ExposureResult, 'state' | 'reason'>): string =>
  (state === 'unknown' ? reason?.split(' (', 1)[0] : reason) ?? '';

/** Who accepted it until when, behind what is said of it; empty for nobody. An id of Slack's names nobody here. */
export const acceptedText = ({ accepted }: Pick<ExposureResult, 'accepted'>): string =>
  accepted === null
    ? ''
    : `, accepted${typeof person(accepted.by) === 'string' ? ` by ${clamp(accepted.by, 60)}` : ''} until ${accepted.until.slice(0, 10)}`;

/** The package, where it lies, and which layers brought it if that is known; `layerNotes` has the others. */
function placedText({ package: found, layer, host }: ExposureResult): string {
  const text = packageText(found);
  return layer?.state === 'read' ? `${text}, ${layerText(layer, host)}` : text;
}

function packageText(found: ExposureResult['package']): string {
  if (found === null) return '–';
  const { name, version, path, paths, toldBy } = found;
  const by = toldBy === null ? '' : `, by ${clamp(toldBy, 100)}`;
  if (path === null) return `${name} ${version}${by}`;
  const others = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  return `${name} ${version || 'of no version'} in /${path}${others}${by}`;
}

/** Each name once, with what became of those that have it no more. */
export function namesOf(containers: ExposureResult['containers']): string[] {
  const having = new Set(containers.filter(({ to }) => to === null).map(({ id }) => id));
  const names = containers
    .filter(({ id, to }) => to === null || !having.has(id))
    .map(({ name, to, state }) => (to === null ? name : `${name} (${state})`));
  return [...new Set(names)];
}

/** Since when, and how long where it ended or had gaps: only the time in which somebody had it counts. */
function windowText(result: ExposureResult, takenAt: string): string {
  const { window, windows } = result;
  const { from, to } = window;
  if (isStraight(result)) return ageBetween(from, takenAt);
  const end = ({ to }: ExposedWindow) => Date.parse(to ?? takenAt);
  const ms = windows.reduce((sum, one) => sum + end(one) - Date.parse(one.from), 0);
  const times = windows.length > 1 ? ` in ${windows.length} times` : '';
  return to === null
    ? `${duration(ms)}${times}, first ${ageBetween(from, takenAt)}, again ${ageBetween(windows.at(-1)?.from ?? from, takenAt)}`
    : `${duration(ms)}${times}, until ${ageBetween(to, takenAt)}`;
}
