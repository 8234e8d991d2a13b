import type { Understood } from '../answers/answer-base.ts';
import type { FeedProgressAnswer } from '../answers/feed-progress.ts';
import type { ScanProgressAnswer } from '../answers/scan-answer.ts';
import type { Actor } from '../findings/acceptance.ts';
import type { OwnerRouting } from '../inspections/finding-owners.ts';
import type { ScanWork } from '../inspections/scan-host.ts';
import type { Clock } from '../ports/clock.ts';
import type { ChannelDeclaration, HostDeclaration } from '../ports/declarations.ts';
import type { MakeEdgeKey } from '../ports/edge-store.ts';
import type { FeedFiles } from '../ports/feed-store.ts';
import type { FeedSync } from '../ports/feed-sync.ts';
import type { FilesystemReader } from '../ports/filesystem-reader.ts';
import type { Paging } from '../ports/intent.ts';
import type { OwnContainer } from '../ports/own-container.ts';
import type { PowerReader } from '../ports/power.ts';
import type { ScanQueue, SnapshotTaker } from '../ports/scan-queue.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { Stores } from '../ports/stores.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import type { Answer } from '../views/answer.ts';
import type { HelpTopic } from '../views/help.ts';
import type { AskerZone, Since } from './parse-since.ts';

export type Permission = 'view' | 'operate' | 'approve';

/** Permissions by the first word of a line; the empty text is the line without words, `*` any other word. */
export type PermissionByWord = Readonly<Record<string, Permission>>;

/** What commands work with; the edges behind it are chosen by `main.ts`. */
export interface CommandContext extends Stores {
  version: string;
  hosts: readonly HostDeclaration[];
  /** Channels that the settings name. */
  channels: readonly ChannelDeclaration[];
  /** Label of hosts by which they are counted in groups; null when the settings name none. */
  groupBy: string | null;
  rules: readonly Rule[];
  policy: Policy;
  /** Who is named beside what their containers have; null when the settings name no label. */
  owners: OwnerRouting | null;
  commands: readonly Command[];
  /** The same as `scans`. */
  store: ScanStore;
  /** Null where files of this machine are nobody's business, as in chat. */
  feedFiles: FeedFiles | null;
  /** Null where the settings name no place for edges to connect. */
  makeEdgeKey: MakeEdgeKey | null;
  feedSync: FeedSync;
  /** How old what a feed says may be. */
  feedsStaleAfterMs: number;
  /** Null when nothing tells that this program runs in a container. */
  own: OwnContainer | null;
  /** Whether people may keep questions that were not understood. */
  keepsMisses: boolean;
  snapshots: SnapshotTaker;
  scanQueue: ScanQueue;
  filesystemReader: FilesystemReader;
  power: PowerReader;
  now: Clock;
  newId: () => string;
  inTurn: ScanWork['inTurn'];
  shares: ScanWork['shares'];
  /**
   * Data of what is running now that is older than this is read again; null where asking starts no
   * scan, as in chat.
   */
  freshWithinMs: number | null;
  /** Who asked, and where. */
  actor: Actor;
  /** The IANA time zone of a person; null when it is not known. Left out where nobody can tell. */
  timeZoneOf?: (userId: string) => Promise<string | null>;
  /** The line that was answered last in this conversation; null for none. Left out where there is no conversation. */
  previousLine?: () => Promise<string | null>;
  /** Called while long work proceeds; the caller shows the newest state. */
  onProgress: (progress: ScanProgressAnswer | FeedProgressAnswer) => void;
  /** Aborts, with a `Leaving` as its reason, when somebody stops the work; left out where nobody can. */
  stopSignal?: AbortSignal | undefined;
}

/** What the programs put together once; who asks and where progress goes differs by question. */
export type CoreContext = Omit<
  CommandContext,
  'actor' | 'onProgress' | 'stopSignal' | 'previousLine'
>;

/** A parsed command line. */
export interface CommandRequest {
  /** Words that belong to the command itself, host and flags taken out. */
  words: readonly string[];
  /** Hosts the question is about: `on <host>`, else the channel's, else the default, else all. */
  hosts: readonly HostDeclaration[];
  /** True when the line named them with `on`. */
  isHostNamed: boolean;
  /** True for `on all`. */
  isEveryHost: boolean;
  /** The words behind `on` as one text that means the same there; left out where the line has none. */
  hostText?: string;
  /**
   * True when the channel limits what may be asked: `hosts`, here and in the context, are then those
   * of the channel, and what is changed must not reach others.
   */
  isLimited: boolean;
  /** `since <time>`; null when the line names none. `sinceTime` makes a moment of it. */
  since: Since | null;
  /** `at <time>`; null when the line names none. `askedPeriod` makes a moment of it. */
  at: Since | null;
  /** The time zone by which `at` or `since` was read; null or left out where it makes no difference. */
  zone?: AskerZone | null;
  /** Values of the flags that the line has, by name; a switch has the empty text. */
  flags: Readonly<Record<string, string>>;
  /** The page of a long list; left out where the list is given as a whole. */
  paging?: Paging | undefined;
  /** The line without its flags, in canonical spelling: what a corrected line starts with. */
  line: string;
}

export interface Command {
  name: string;
  task: 'ask' | 'act' | 'learn';
  /** Heading it stands under in the help; that of its task when left out. */
  topic?: HelpTopic;
  summary: string;
  /** What its help says besides, in whole sentences. */
  note?: string;
  usage: string;
  /** Runnable lines; a test parses each, help and reference print them. */
  examples: readonly string[];
  /** Who may; by first word where that makes a difference. */
  permission: Permission | PermissionByWord;
  /** First words (the empty text: none) whose answer only the person who asked sees; or every answer. */
  privateWords?: readonly string[] | 'every';
  /**
   * First words (the empty text: none) that make engines work for the answer; in chat these are counted
   * as scans as well.
   */
  asksEngines?: readonly string[];
  /** Its answer comes with a file, which may be large: in chat one such answer is made at a time. */
  givesFile?: true;
  /**
   * Who writes the row of the audit. Without a word Seawall writes one whenever the command starts,
   * unless it needs no more than `view`. `by-store`: the store writes each change, with before and
   * after, within its transaction. `reads-only`: nothing is changed and no host is contacted.
   */
  audit?: 'by-store' | 'reads-only';
  /** Words the command takes. `known` lists what they may be, for completion and suggestions. */
  words: {
    minimum: number;
    maximum: number;
    known?: (context: Pick<CommandContext, 'rules' | 'commands' | 'hosts'>) => readonly string[];
    /** True where other words stand for something too, e.g. the name of an image. */
    takesOthers?: boolean;
  };
  takesHost: boolean;
  /** True for a command whose words are one text, in which nothing is a clause or a flag. */
  takesText?: boolean;
  /** True for a command that may name a channel by `in <channel id>`, which counts as none of its words. */
  takesChannel?: true;
  /** True for a command that may name a package by `on package <name>`; the two words are left out. */
  takesPackage?: boolean;
  /** True for a command that understands `since <duration|date>`. */
  takesSince?: boolean;
  /** True for a command that understands `at <time>`. */
  takesAt?: boolean;
  /** True for a command that can answer for a host that the settings no longer declare. */
  takesRetiredHost?: boolean;
  /** Flags by name, each with the placeholder of its value, e.g. `text`, or `switch` for none. */
  flags?: Readonly<Record<string, string>>;
  /**
   * For a command that answers questions in plain English: the line that one stands for, which then runs
   * in its place with the permission and the audit of its own; null where the command itself answers.
   */
  understand?(context: CommandContext, request: CommandRequest): Promise<Understood | null>;
  /**
   * For such a command: the line that a message stands for which only changes the one that was answered before
   * it in the same conversation (“and on web-2?”); null where it says something else.
   */
  follow?(context: CommandContext, message: string, previous: string): Promise<Understood | null>;
  /**
   * For a command whose lines may be offered as buttons although they decide: pressing one with such a first
   * word opens a form, which shows what `preview` says in sentences and asks for the reason. `preview` rejects
   * as `run` does.
   */
  form?: {
    firstWords: readonly string[];
    preview(context: CommandContext, request: CommandRequest): Promise<string[]>;
  };
  run(context: CommandContext, request: CommandRequest): Promise<Answer>;
}

/** Declares a command: parser, permission, help, reference page and manifest entry follow from it. */
export const defineCommand = (command: Command): Command => command;

/** Names of the hosts that a line names, else of all that may be asked about. */
export const askedHostNames = (
  { hosts }: Pick<CommandContext, 'hosts'>,
  request: Pick<CommandRequest, 'isHostNamed' | 'hosts'>,
): string[] => (request.isHostNamed ? request.hosts : hosts).map(({ name }) => name);
