import { Command, CommanderError } from 'commander';
import type { Settings, SettingsSources } from '../config/load-settings.ts';
import { UserError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { ExitCode } from '../terminal/exit-code.ts';
import type { BackupOptions } from './database-programs.ts';
import { defineAsk, failOnOption, isHelpFlag, type TerminalOptions } from './define-ask.ts';
import { packageVersion } from './package.ts';
import { defineServices } from './services.ts';

interface ManifestFlags {
  url?: string;
  workflowSteps?: boolean;
}

/** A program that is started by `seawall <name>` and that the product does not know. */
export interface OtherProgram {
  name: string;
  summary: string;
  /** Runs it with the words behind its name. What it rejects with is told like any other failure. */
  run(words: readonly string[], input: ProgramInput): Promise<void>;
}

export interface ProgramInput extends SettingsSources {
  /** What follows the program's name. */
  arguments: readonly string[];
  others: readonly OtherProgram[];
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  /** Lines of the standard input, read by who asks for them. */
  stdin: () => AsyncIterable<string>;
  /** Columns of the terminals that the two are; null for one that is none. Neither is when left out. */
  screen?: { stdout: number | null; stderr: number | null };
}

/**
 * Runs `seawall …`; the exit code is that of `runInTerminal`. Never rejects. Each program is loaded when
 * it is run: what stands above is all that `seawall --version` waits for.
 */
export async function runProgram(input: ProgramInput): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  let isOverviewShown = false;
  const program = defineProgram(input, (code) => {
    exitCode = code;
  }).on('afterHelp', () => {
    isOverviewShown = true;
  });
  try {
    refuseValueOfJson(input.arguments);
    await program.parseAsync(asLine(input.arguments, program), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (isOverviewShown) {
      const { chatCommandsHelp } = await import('./run-chat-command.ts');
      input.stdout(await chatCommandsHelp(input));
    }
    if (error instanceof CommanderError && (error.exitCode === 0 || error.code === UNHEARD))
      return error.exitCode === 0 ? 0 : 2;
    const { explainFailure, failureJson } = await import('./explain-failure.ts');
    const failure = error instanceof CommanderError ? mistakeOf(error) : error;
    if (input.arguments.some((word) => JSON_FLAG.test(word))) input.stdout(failureJson(failure));
    // Commander has said its own already.
    return failure === error ? explainFailure(error, input.stderr) : 2;
  }
}

const JSON_FLAG = /^--json(?:=|$)/;

/** Commander takes such a flag for one of the chat command, which knows none of the name. */
function refuseValueOfJson(words: readonly string[]): void {
  if (!words.some((word) => word.startsWith('--json='))) return;
  throw new UserError('--json takes no value.', { hint: 'Write --json alone.' });
}

/** What `refuseUnheard` throws. */
const UNHEARD = 'commander.error';

/** What Commander did not understand, without the word that it begins with. */
const mistakeOf = ({ message }: CommanderError): UserError =>
  new UserError(message.replace(/^error: /, ''), { hint: 'Try seawall --help.' });

/** `scan --help` means `help scan`: what the program itself takes says nothing of a chat command. */
function asLine(words: readonly string[], program: Command): string[] {
  const [verb = '', flag = ''] = words;
  const isOwn = verb.startsWith('-') || program.commands.some((one) => one.name() === verb);
  return isHelpFlag(flag) && !isOwn ? ['help', verb] : [...words];
}

function defineProgram(input: ProgramInput, onExit: (code: ExitCode) => void): Command {
  const { stdout, stderr } = input;
  const program = new Command('seawall')
    .description('How secure are our containers, really? Answers with evidence.')
    .version(packageVersion())
    .configureHelp({ minWidthToWrap: 20 })
    .exitOverride()
    .configureOutput({
      ...{ writeOut: stdout, writeErr: stderr },
      getOutHelpWidth: () => helpColumns(input),
    })
    .showHelpAfterError('Try seawall --help.');

  defineServices(program, input);
  for (const { name, summary, run } of input.others) {
    program
      .command(name)
      .description(summary)
      // Its words are its own.
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .action((_options: unknown, command: Command) => run(command.args, input));
  }
  defineDatabasePrograms(program, input);
  defineOperations(program, input, onExit);
  const run = (words: readonly string[], options: TerminalOptions) =>
    runChatCommand(input, words, options);
  defineAsk(program, { input, run, onExit });
  // Every other line is a chat command: one parser, so one grammar and one set of suggestions.
  program
    .argument('[line...]', 'a chat command, e.g. scan, or findings critical')
    .option('--json', 'print the answer as JSON')
    .addOption(failOnOption())
    .allowUnknownOption()
    .action(async (words: string[], options: TerminalOptions) => {
      onExit(await run(words, options));
    })
    .hook('preAction', refuseUnheard);
  return program.helpCommand(false);
}

/** What the program itself knows is taken from behind every name, also one that has no use for it. */
function refuseUnheard(program: Command, asked: Command): void {
  const unheard = program.options.find(
    (option) =>
      program.getOptionValueSource(option.attributeName()) === 'cli' &&
      !asked.options.some(({ long }) => long === option.long),
  );
  if (unheard) asked.error(`error: ${asked.name()} has no option ${unheard.long}`);
}

const databasePrograms = () => import('./database-programs.ts');

const JSON_OF_PROGRAM = 'print what came of it as JSON';

/** The program itself takes it from behind every name. */
const wantsJson = (command: Command): boolean =>
  command.optsWithGlobals<TerminalOptions>().json ?? false;

function defineDatabasePrograms(program: Command, input: ProgramInput): void {
  program
    .command('migrate')
    .description('upgrade the database to this version')
    .option('--json', JSON_OF_PROGRAM)
    .action(async (_own: unknown, command: Command) =>
      (await databasePrograms()).migrate({ ...input, isJson: wantsJson(command) }),
    );
  program
    .command('backup')
    .description('copy the database into a new file; the bot can keep running')
    .argument('[file]')
    .option('--into <folder>', 'make a file in this folder, named after the time')
    .option('--keep <number>', 'with --into: how many backups stay there, the newest ones')
    .option('--json', JSON_OF_PROGRAM)
    .action(async (file: string | undefined, options: BackupOptions, command: Command) =>
      (await databasePrograms()).runBackup({ ...input, isJson: wantsJson(command) }, file, options),
    );
  program
    .command('restore')
    .description('replace the database by a backup; the old one is kept')
    .argument('<file>')
    .option('--json', JSON_OF_PROGRAM)
    .action(async (file: string, _own: unknown, command: Command) =>
      (await databasePrograms()).runRestore({ ...input, isJson: wantsJson(command) }, file),
    );
  program
    .command('move')
    .description(
      'copy everything from an SQLite file to PostgreSQL; if it was stopped, run it again',
    )
    .argument('<from>', 'sqlite:PATH')
    .argument('<to>', 'postgres://USER@HOST/NAME')
    .option('--json', JSON_OF_PROGRAM)
    .action(async (from: string, to: string, _own: unknown, command: Command) =>
      (await databasePrograms()).runMove({ ...input, isJson: wantsJson(command) }, from, to),
    );
}

/** What an operator does beside running it. */
function defineOperations(
  program: Command,
  input: ProgramInput,
  onExit: (code: ExitCode) => void,
): void {
  const { stdout } = input;
  program
    .command('manifest')
    .description('print the manifest that creates the Slack app')
    .option('--url <address>', 'for HTTP mode: https://<your address>/slack/events')
    .option('--workflow-steps', 'with steps for workflows, which need a paid plan of Slack')
    .action(async ({ url, workflowSteps: hasSteps = false }: ManifestFlags) => {
      const requestUrl = parseRequestUrl(url);
      const { commands } = await import('./assemble.ts');
      const { manifestText } = await import('../config/manifest.ts');
      stdout(manifestText({ commands, requestUrl, hasSteps }));
    });
  program
    .command('setup')
    .description('connect to Slack step by step, and send a test message')
    .option('--url <address>', 'for HTTP mode: https://<your address>/slack/events')
    .option('--channel <id>', 'where to send the test message')
    .option('--json', JSON_OF_PROGRAM)
    .action(async ({ url, channel }: { url?: string; channel?: string }, command: Command) => {
      const { runSetup } = await import('./setup.ts');
      const places = { requestUrl: parseRequestUrl(url), channel: channel ?? null };
      const settings = await readSettings(input);
      const asked = { settings, ...places, isJson: wantsJson(command), say: stdout };
      onExit((await runSetup(asked)) ? 0 : 3);
    });
  program
    .command('completion')
    .description('print a script with which a shell completes verbs, words, hosts and containers')
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell: string) => {
      const { completionText } = await import('./completion.ts');
      const programs = program.commands.map((one) => ({
        ...{ name: one.name(), summary: one.description() },
        words: one.options.flatMap(({ long }) => long ?? []),
      }));
      stdout(await completionText(shell, programs, () => readSettings(input)));
    });
  program
    .command('doctor')
    .description(
      'try every engine, its evidence level and clock, the database, its disk, and Slack',
    )
    .option('--json', JSON_OF_PROGRAM)
    .action(async (_own: unknown, command: Command) => {
      const { runDoctor } = await import('./doctor.ts');
      onExit(
        (await runDoctor(await readSettings(input), { ...input, isJson: wantsJson(command) }))
          ? 0
          : 3,
      );
    });
}

/** Commander asks for it before anything else is loaded. */
function helpColumns({ environment: { COLUMNS = '' }, screen }: ProgramInput): number {
  return Number(COLUMNS) || (screen?.stdout ?? HELP_COLUMNS);
}

const HELP_COLUMNS = 100;

function parseRequestUrl(url: string | undefined): string | null {
  if (url === undefined) return null;
  if (URL.canParse(url) && url.startsWith('https://')) return url;
  throw new UserError('Slack needs an address that starts with https://.', {
    hint: 'For example seawall manifest --url https://seawall.example/slack/events',
  });
}

async function readSettings(input: SettingsSources): Promise<Settings> {
  const { loadSettings } = await import('../config/load-settings.ts');
  return loadSettings(input);
}

async function runChatCommand(
  input: ProgramInput,
  words: readonly string[],
  { json = false, failOn }: TerminalOptions,
): Promise<ExitCode> {
  const settings = await readSettings(input);
  const { runChatCommand: run } = await import('./run-chat-command.ts');
  const { lookOf } = await import('../terminal/look.ts');
  const { stdout, stderr, screen, environment } = input;
  const look = lookOf(environment, screen?.stdout ?? null);
  const progressColumns = screen?.stderr ?? null;
  const asked = {
    ...{ words, isJson: json, failOn: failOn ?? null, stdout, stderr, look, progressColumns },
  };
  return run(settings, { ...asked, openLog: async () => (await loadLog(settings, stderr)).log });
}

/** Loaded by the first who logs. */
async function loadLog(
  level: Pick<Settings, 'logLevel'>,
  write: (text: string) => void,
): Promise<{ log: Logger }> {
  const { openLog } = await import('./open-log.ts');
  // Within an object: to the compiler what pino gives may have any method, `then` too.
  return { log: openLog(level, write) };
}
