import { type Command, Option } from 'commander';
import type { SettingsSources } from '../config/load-settings.ts';
import { type Severity, severities } from '../rules/rule.ts';
import type { ExitCode } from '../terminal/exit-code.ts';

/** What every chat command takes from a terminal. */
export interface TerminalOptions {
  json?: boolean | undefined;
  failOn?: Severity | undefined;
}

/** True for what asks a program for its help. */
export const isHelpFlag = (word: string): boolean => ['--help', '-h'].includes(word);

/** The option that turns findings into an exit code. */
export const failOnOption = (): Option => {
  const meaning = 'exit 1 if a finding is at least this severe, 3 if that is unknown';
  return new Option('--fail-on <severity>', meaning).choices(severities);
};

interface AskOptions extends TerminalOptions {
  plan?: boolean;
  known?: string;
  misses?: boolean;
  keep?: boolean;
  forget?: string;
}

/** What asks no question, and what each hears beside itself; a question hears all others. */
const modes = {
  plan: { hears: ['known'], takesWords: true },
  misses: { hears: ['json'], takesWords: false },
  keep: { hears: [], takesWords: true },
  forget: { hears: [], takesWords: false },
} as const satisfies Partial<Record<keyof AskOptions, unknown>>;

const modeNames = Object.keys(modes) as (keyof typeof modes)[];

interface Asking {
  input: SettingsSources & {
    arguments: readonly string[];
    stdout: (text: string) => void;
    stderr: (text: string) => void;
    stdin: () => AsyncIterable<string>;
  };
  /** Runs a chat command. */
  run: (words: readonly string[], options: TerminalOptions) => Promise<ExitCode>;
  onExit: (code: ExitCode) => void;
}

/** Declares a chat command as well, which alone can print what it would run. Behind other words `-h` is one of the question. */
export function defineAsk(program: Command, { input, run, onExit }: Asking): void {
  const ask = program.command('ask');
  if (input.arguments.slice(2).some(isHelpFlag)) ask.helpOption(false).allowUnknownOption();
  ask
    .description('a question in plain English; -: one from each line of the standard input')
    .argument('[question...]')
    .option('--plan', 'print the command alone, an empty line where none is sure')
    .option('--known <file>', 'with --plan: names instead of those that the store knows, as JSON')
    .option('--misses', 'list the questions that people kept, as rows for a test')
    .option('--keep', 'keep the question, so that Seawall learns it')
    .option('--forget <number>', 'erase a question that was kept')
    .option('--json', 'print the answer as JSON')
    .addOption(failOnOption())
    .action(async (words: string[], _own: unknown, command: Command) => {
      // What the program itself knows too, such as `--json`, goes to it.
      const asked = command.optsWithGlobals<AskOptions>();
      const { plan, known = null, keep, forget = null, json, failOn } = asked;
      const mode = modeNames.find((name) => asked[name] !== undefined);
      refuseUnheard(command, asked, mode);
      if (mode !== undefined && !modes[mode].takesWords && words.length > 0)
        command.error(`error: ask --${mode} takes no question`);
      if (mode === undefined) return onExit(await run(['ask', ...words], { json, failOn }));
      const { stdin, stdout, stderr } = input;
      if (plan) {
        const { planQuestions } = await import('./plan-questions.ts');
        return onExit(await planQuestions(input, { words, knownFile: known, stdin, stdout }));
      }
      const { tendQuestions } = await import('./kept-questions.ts');
      const { loadSettings } = await import('../config/load-settings.ts');
      const question = keep ? words.join(' ') : null;
      const tended = { question, forget, isJson: json ?? false, stdout, stderr };
      onExit(await tendQuestions(await loadSettings(input), tended));
    });
}

/** What the mode does not hear, or a question where there is none. */
function refuseUnheard(
  command: Command,
  asked: AskOptions,
  mode: keyof typeof modes | undefined,
): void {
  const heard: readonly string[] =
    mode === undefined ? ['json', 'failOn'] : [mode, ...modes[mode].hears];
  const unheard = command.options.find((option) => {
    const name = option.attributeName();
    return name in asked && !heard.includes(name);
  });
  if (unheard === undefined) return;
  const why = mode === undefined ? 'needs --plan' : `is not heard by ask --${mode}`;
  command.error(`error: ${unheard.long} ${why}`);
}
