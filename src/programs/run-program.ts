import { Command, CommanderError, Option } from 'commander';
import type { Settings, SettingsSources } from '../config/load-settings.ts';
import { type Severity, severities } from '../rules/rule.ts';
import { errorCodes, OutsideError, UserError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { ExitCode } from '../terminal/exit-code.ts';
import { packageVersion } from './package.ts';

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
}

interface TerminalOptions {
  json?: boolean;
  failOn?: Severity;
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
    await program.parseAsync([...input.arguments], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (isOverviewShown) input.stdout(await chatCommandsHelp());
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return explainFailure(error, input);
  }
}

function defineProgram(input: ProgramInput, onExit: (code: ExitCode) => void): Command {
  const { stdout, stderr } = input;
  const program = new Command('seawall')
    .description('How secure are our containers, really? Answers with evidence.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ writeOut: stdout, writeErr: stderr })
    .showHelpAfterError('Try seawall --help.');

  program
    .command('serve')
    .description('run the bot in Slack')
    .action(() => serveUntilStopped(input));
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
  defineOperations(program, input, onExit);
  // Every other line is a chat command: one parser, so one grammar and one set of suggestions.
  program
    .argument('[line...]', 'a chat command, e.g. scan, or findings critical')
    .option('--json', 'the answer as data')
    .addOption(
      new Option(
        '--fail-on <severity>',
        'exit 1 when a finding is at least this, 3 when nobody could read whether one is',
      ).choices(severities),
    )
    .allowUnknownOption()
    .action(async (words: string[], options: TerminalOptions) => {
      onExit(await runChatCommand(input, words, options));
    });
  return program.helpCommand(false);
}

/** What an operator does beside running it. */
function defineOperations(
  program: Command,
  input: ProgramInput,
  onExit: (code: ExitCode) => void,
): void {
  const { stdout } = input;
  program
    .command('migrate')
    .description('bring the database to this version')
    .action(() => migrate(input));
  program
    .command('backup')
    .description('copy the database into a new file; the bot may run')
    .argument('<file>')
    .action((file: string) => runBackup(input, file));
  program
    .command('restore')
    .description('put a backup in the place of the database, which is kept beside it')
    .argument('<file>')
    .action((file: string) => runRestore(input, file));
  program
    .command('move')
    .description(
      'copy everything from an SQLite file to PostgreSQL; run it again when it was stopped',
    )
    .argument('<from>', 'sqlite:PATH')
    .argument('<to>', 'postgres://USER@HOST/NAME')
    .action((from: string, to: string) => runMove(input, from, to));
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
    .description('connect with Slack: what is done, what is missing, and a test message')
    .option('--url <address>', 'for HTTP mode: https://<your address>/slack/events')
    .option('--channel <id>', 'where to send the test message')
    .action(async ({ url, channel }: { url?: string; channel?: string }) => {
      const { runSetup } = await import('./setup.ts');
      const places = { requestUrl: parseRequestUrl(url), channel: channel ?? null };
      const settings = await readSettings(input);
      onExit((await runSetup({ settings, ...places, say: stdout })) ? 0 : 3);
    });
  program
    .command('doctor')
    .description(
      'try every engine, its evidence level and clock, the database, its disk, and Slack',
    )
    .action(async () => {
      const { runDoctor } = await import('./doctor.ts');
      onExit((await runDoctor(await readSettings(input), stdout)) ? 0 : 3);
    });
}

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

async function chatCommandsHelp(): Promise<string> {
  const { commands } = await import('./assemble.ts');
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `\nChat commands, the same as in Slack:\n${lines.join('\n')}\n`;
}

async function runChatCommand(
  input: ProgramInput,
  words: readonly string[],
  { json = false, failOn }: TerminalOptions,
): Promise<ExitCode> {
  const settings = await readSettings(input);
  const { runChatCommand: run } = await import('./run-chat-command.ts');
  const { stdout, stderr } = input;
  const asked = { words, isJson: json, failOn: failOn ?? null, stdout, stderr };
  return run(settings, { ...asked, openLog: async () => (await loadLog(settings, stderr)).log });
}

async function serveUntilStopped(input: ProgramInput): Promise<void> {
  const { serve } = await import('./serve.ts');
  const settings = await readSettings(input);
  const { log } = await loadLog(settings, input.stdout);
  process.on('unhandledRejection', (error) =>
    log.error({ error }, 'an unhandled rejection: a bug'),
  );
  const running = await serve({ settings, log });
  await stopSignal();
  log.info({}, 'stopping');
  await running.close();
}

async function migrate(input: ProgramInput): Promise<void> {
  const { openStore } = await import('../store/open-store.ts');
  const store = await openStore({
    url: (await readSettings(input)).databaseUrl.reveal(),
    now: Date.now,
  });
  await store.close();
  const names = store.migrated.join(', ');
  input.stdout(names ? `Migrated: ${names}\n` : 'The database was up to date.\n');
}

async function runBackup(input: ProgramInput, file: string): Promise<void> {
  const { backUp } = await import('../store/backup.ts');
  await backUp((await readSettings(input)).databaseUrl.reveal(), file);
  input.stdout(`Copied and checked: ${file}\n`);
}

async function runRestore(input: ProgramInput, file: string): Promise<void> {
  const { restore } = await import('../store/backup.ts');
  const suffix = `before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  const kept = await restore((await readSettings(input)).databaseUrl.reveal(), file, suffix);
  const undo = kept === null ? '' : ` What was there is ${kept}; restoring that undoes it.`;
  input.stdout(`Restored from ${file}.${undo}\n`);
}

async function runMove({ stdout }: ProgramInput, from: string, to: string): Promise<void> {
  const { moveStore } = await import('../store/move.ts');
  let count = 0;
  await moveStore({ from, to }, Date.now, ({ table, rows, wasThere }) => {
    count += rows;
    stdout(`${table}: ${rows} rows${wasThere ? ', there already' : ''}, alike on both sides\n`);
  });
  stdout(`Moved ${count} rows. Set DATABASE_URL to the new one; the file is as it was.\n`);
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

function explainFailure(error: unknown, { stderr }: ProgramInput): ExitCode {
  if (error instanceof UserError) {
    stderr(`${error.message}\n${error.hint ? `${error.hint}\n` : ''}`);
    return 2;
  }
  if (error instanceof OutsideError) {
    stderr(`${error.message}\n${errorCodes[error.code].hint}\n`);
    return 3;
  }
  stderr(`A bug in Seawall: ${error instanceof Error ? error.stack : String(error)}\n`);
  return 3;
}

/** Waits until the process is told to stop. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
