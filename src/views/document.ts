import type { AnswerBase } from '../answers/answer-base.ts';
import type { IsolationLevel } from '../controls/isolation.ts';
import type { Certainty } from '../paths/graph.ts';
import type { Intent } from '../ports/intent.ts';
import type { Severity } from '../rules/rule.ts';
import { utcText } from './local-time.ts';
import { severityMarks } from './severity-marks.ts';

/**
 * A stretch of text in one style. Plain strings may hold anything: renderers never parse them. A
 * `group` is the id of a Slack user group, which is mentioned: only ids from the settings may stand
 * there. Elsewhere than in Slack it is its name, and so is a `user` of whom one is known. A `user` and a `channel` are ids of Slack's own, and
 * a `time` is an ISO time: Slack shows names, and the clock of whoever reads.
 */
export type Span =
  | string
  | { code: string }
  | { strong: string }
  | { severity: Severity }
  | { group: string; name: string }
  | { user: string; name?: string }
  | { channel: string }
  | { time: string };

/** What an answer looks like, before any platform: Slack, terminal and page render the same parts. */
export type Part =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; spans: Span[] }
  | { kind: 'list'; items: Span[][] }
  /** With `isWide` a list wherever a phone would show most of it blank. */
  | { kind: 'table'; columns: string[]; rows: string[][]; isWide?: boolean }
  | { kind: 'note'; spans: Span[] }
  /** Work on several things, each with its state; for messages alone. */
  | { kind: 'plan'; title: string; tasks: PlanTask[] }
  | PicturePart;

/** One thing that is worked on; titles differ. */
export interface PlanTask {
  title: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** How far it is, or what came of it. */
  spans: Span[];
}

/** What is drawn, and said in `alternative` to who cannot see it. */
export type PicturePart = ChartPart | HostMapPart;

/** Lines over a row of categories, for who can see them and, in a sentence, for who cannot. */
export interface ChartPart {
  kind: 'chart';
  title: string;
  categories: string[];
  /** One value for each category; null is not known, and drawn as a gap. */
  series: ChartLine[];
  /** Where a line of all hosts begins anew, because it counts one more from there on. */
  breaks?: { index: number; label: string }[];
  /** What the picture shows, in words. */
  alternative: string;
}

export interface ChartLine {
  name: string;
  values: (number | null)[];
  /** It looks as this severity does everywhere. */
  severity?: Severity;
  /** True when it is of all hosts together. */
  isOfAll?: boolean;
}

/** One host: its kernel, its engine, the containers between, and the ways to root as lines. */
export interface HostMapPart {
  kind: 'host-map';
  title: string;
  host: string;
  /** Empty when it is not known. */
  engineVersion: string;
  /** Running ones, those with the worst ways first; names are unique. */
  containers: { name: string; level: IsolationLevel | null; holds: string[] }[];
  /** Lines, each once; `from` and `to` are names of containers, or one of the other places. */
  ways: HostMapWay[];
  /** Ways that are known and have no line. */
  waysLeftOut: number;
  alternative: string;
  /** What `alternative` says of the ways, a line each: how many there are, then which. */
  waysSaid: string[];
}

export interface HostMapWay {
  from: 'outside' | 'engine' | { container: string };
  to: 'engine' | 'kernel' | { container: string };
  certainty: Certainty;
}

/** Something a person can press; a label that ends in … opens a form. */
export interface Action {
  label: string;
  intent: Intent;
}

export interface Document {
  /** One sentence: notification, screen reader and fallback of the whole message. */
  headline: string;
  summary: Part[];
  /** Goes into the thread in Slack, below the summary elsewhere. */
  details?: Part[];
  /** Further messages of the thread, each on its own, e.g. one per host. */
  replies?: Part[][];
  /** What can be pressed, where pressing is possible; `next` follows it. */
  actions?: Action[];
  /** What can be said of the answer, good and bad, below all other buttons. */
  feedback?: [good: Action, bad: Action];
  /** Command lines offered as buttons. */
  next: string[];
}

/** Parts as a view writes them: nothing, or several, may stand behind a condition: `isLate && note('late')`. */
export type Parts = readonly (Part | Parts | false | null | undefined | '')[];

/** A document as a view writes it. */
interface Draft extends Omit<Document, 'summary' | 'details' | 'replies' | 'next'> {
  summary: Parts;
  details?: Parts;
  replies?: Parts[];
  /** Left out: those of the answer. */
  next?: string[];
}

/** What one kind of answer looks like. A file of this folder that exports one is in the index. */
export type View<A extends AnswerBase> = (answer: A) => Draft;

/** The parts that there are, one after the other. */
export const present = (parts: Parts): Part[] =>
  parts.flatMap((part) => (!part ? [] : 'kind' in part ? part : present(part)));

/** Subjects of which a host has one: its name says enough. */
export const singularSubjects: readonly string[] = ['engine', 'swarm', 'host'];

export const heading = (text: string): Part => ({ kind: 'heading', text });
export const paragraph = (...spans: Span[]): Part => ({ kind: 'paragraph', spans });
/** A paragraph that begins in bold with what it is about. */
export const labelled = (label: string, ...spans: Span[]): Part =>
  paragraph(strong(`${label}: `), ...spans);
/** Rows of a list as a view writes them: nothing may stand behind a condition. */
export type Rows = readonly (Span[] | false)[];

/** A list of the rows that there are; nothing where there is none. */
export const list = (rows: Rows): Part[] => {
  const items = rows.filter((row) => row !== false);
  return items.length > 0 ? [{ kind: 'list', items }] : [];
};
export const note = (...spans: Span[]): Part => ({ kind: 'note', spans });
export const table = (columns: string[], rows: string[][]): Part[] =>
  rows.length > 0 ? [{ kind: 'table', columns, rows }] : [];
/** A table that is a list in Slack; its first column names the rows. */
export const wideTable = (columns: string[], rows: string[][]): Part[] =>
  table(columns, rows).map((part) => ({ ...part, isWide: true }) as Part);
/** Parts below a line in bold that says what they are; nothing where there are none. */
export function titled(title: string, below: Parts): Part[] {
  const parts = present(below);
  return parts.length > 0 ? [paragraph(strong(title)), ...parts] : [];
}
export const code = (text: string): Span => ({ code: text });
export const strong = (text: string): Span => ({ strong: text });
/** A severity as its mark and its word. */
export const marked = (severity: Severity): Span => ({ severity });

/** Who did something: a member of the workspace, or the name of somebody else. */
export const person = (id: string): Span => (/^[UW][A-Z0-9]{5,}$/.test(id) ? { user: id } : id);

/** Where something was done: a channel of the workspace, or a place with another name. */
export const place = (id: string): Span => (/^[CG][A-Z0-9]{5,}$/.test(id) ? { channel: id } : id);

/** Text of ours with the ids of members and channels in it as what they stand for. */
export const withIds = (text: string): Span[] =>
  text.split(/(?<=^|[\s,(])([UWCG][A-Z0-9]{7,})(?=[\s,;:.)]|$)/).map((word) => {
    const found = place(word);
    return typeof found === 'string' ? person(word) : found;
  });

/** Text of ours: what stands between backticks in it is code. */
export const inWords = (text: string): Span[] =>
  text
    .split(/`([^`]{1,200})`/)
    .flatMap((part, index): Span[] => (index % 2 === 1 ? [code(part)] : part === '' ? [] : [part]));

/** An ISO time; text that is none stays text. */
export const time = (iso: string): Span => (Date.parse(iso) >= 0 ? { time: iso } : iso);

/** A span as text without any element of a platform; untrusted characters are still in it. */
export function plainText(span: Span): string {
  if (typeof span === 'string') return span;
  if ('code' in span) return span.code;
  if ('strong' in span) return span.strong;
  if ('severity' in span) return `${severityMarks[span.severity].sign} ${span.severity}`;
  if ('user' in span) return span.name ?? `@${span.user}`;
  if ('channel' in span) return `#${span.channel}`;
  if ('time' in span) return utcText(span.time);
  return `@${span.name}`;
}

/** With its first letter as a capital. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
