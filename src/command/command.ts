import type { Answer, ScanProgressAnswer } from '../answers/answer.ts';
import type {
  AcceptanceStore,
  Clock,
  HostDeclaration,
  ScanStore,
  SnapshotTaker,
} from '../answers/ports.ts';
import type { Actor } from '../findings/acceptance.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import type { Since } from './parse-since.ts';

export type Permission = 'view' | 'operate' | 'approve';

/** What commands work with; the edges behind it are chosen by `main.ts`. */
export interface CommandContext {
  version: string;
  hosts: readonly HostDeclaration[];
  rules: readonly Rule[];
  policy: Policy;
  commands: readonly Command[];
  store: ScanStore;
  acceptances: AcceptanceStore;
  snapshots: SnapshotTaker;
  now: Clock;
  newId: () => string;
  /**
   * Data of what is running now that is older than this is read again; null where asking starts no
   * scan, as in chat.
   */
  freshWithinMs: number | null;
  /** Who asked, and where. */
  actor: Actor;
  /** Called while long work proceeds; the caller shows the newest state. */
  onProgress: (progress: ScanProgressAnswer) => void;
}

/** What the programs put together once; who asks and where progress goes differs by question. */
export type CoreContext = Omit<CommandContext, 'actor' | 'onProgress'>;

/** A parsed command line. */
export interface CommandRequest {
  /** Words that belong to the command itself, host and flags taken out. */
  words: readonly string[];
  /** Hosts the question is about: `on <host>`, else the channel's, else the default, else all. */
  hosts: readonly HostDeclaration[];
  /** True when the line named them with `on`. */
  isHostNamed: boolean;
  /** `since <time>`; null when the line names none. `sinceTime` makes a moment of it. */
  since: Since | null;
  /** Values of the flags that the line has, by name; a switch has the empty text. */
  flags: Readonly<Record<string, string>>;
  /** The line without its flags, in canonical spelling: what a corrected line starts with. */
  line: string;
}

export interface Command {
  name: string;
  /** Heading it stands under in the help. */
  task: 'ask' | 'act' | 'learn';
  summary: string;
  usage: string;
  /** Runnable lines; a test parses each, help and reference print them. */
  examples: readonly string[];
  permission: Permission;
  /** Words the command takes. `known` lists what they may be, for completion and suggestions. */
  words: {
    minimum: number;
    maximum: number;
    known?: (context: Pick<CommandContext, 'rules' | 'commands' | 'hosts'>) => readonly string[];
  };
  takesHost: boolean;
  /** True for a command that understands `since <duration|date>`. */
  takesSince?: boolean;
  /** Flags by name, each with the placeholder of its value, e.g. `text`, or `switch` for none. */
  flags?: Readonly<Record<string, string>>;
  run(context: CommandContext, request: CommandRequest): Promise<Answer>;
}

/** Declares a command: parser, permission, help, reference page and manifest entry follow from it. */
export function defineCommand(command: Command): Command {
  return command;
}
