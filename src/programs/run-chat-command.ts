import type { Settings, SettingsSources } from '../config/load-settings.ts';
import type { FeedFiles } from '../ports/feed-store.ts';
import { onOutside } from '../shared/errors.ts';
import { placeText } from '../store/database-url.ts';
import type { Store } from '../store/open-store.ts';
import type { ExitCode } from '../terminal/exit-code.ts';
import { runInTerminal, type TerminalRequest } from '../terminal/run-in-terminal.ts';
import { assembleCore, coreSettings, newReference } from './assemble.ts';
import { keepingOf } from './keeping.ts';

/** A line that was typed after `seawall`. */
export type ChatCommand = Omit<TerminalRequest, 'reference'>;

/** Runs a line of the chat for whoever sits at the terminal. Rejects like `assembleCore`. */
export async function runChatCommand(settings: Settings, asked: ChatCommand): Promise<ExitCode> {
  const { context, store } = await assembleCore(coreSettings(settings));
  if (store.isNew && !asked.isJson)
    asked.stderr(`A new, empty database was made: ${placeOf(settings)} (DATABASE_URL).\n`);
  try {
    const code = await runInTerminal(
      { ...context, feedFiles },
      { ...asked, reference: newReference() },
    );
    if (asked.words[0] === 'scan') await tidyAfter(store, settings, asked.stderr);
    return code;
  } finally {
    await store.close();
  }
}

const placeOf = ({ databaseUrl }: Settings): string => placeText(databaseUrl.reveal());

/** Loaded by who takes a feed. */
const feedFiles: FeedFiles = {
  async readList(path) {
    const { readListFile } = await import('./read-list-file.ts');
    return readListFile(path);
  },
  async *open(...asked) {
    const { feedFiles: files } = await import('../feeds/feed-files.ts');
    yield* files.open(...asked);
  },
};

/** What is not removed in this time is so after the next scan. */
const TIDY_MS = 2_000;

/** Who only ever scans from a timer has no bot that does it. The answer stands, whatever comes of it. */
async function tidyAfter(
  store: Store,
  settings: Settings,
  stderr: ChatCommand['stderr'],
): Promise<void> {
  await store
    .tidy(keepingOf(settings), AbortSignal.timeout(TIDY_MS))
    .catch(onOutside(({ message }) => stderr(`${message}\n`)));
}

/** The chat commands with their summaries, at the width of the terminal; stands below the programs. */
export async function chatCommandsHelp({
  environment,
  screen,
}: Pick<SettingsSources, 'environment'> & { screen?: { stdout: number | null } }): Promise<string> {
  const { commands } = await import('./assemble.ts');
  const { lookOf } = await import('../terminal/look.ts');
  const { wrapText } = await import('../shared/text-width.ts');
  const { columns } = lookOf(environment, screen?.stdout ?? null);
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) =>
    wrapText(summary, columns, { first: `  ${name.padEnd(width)}  `, next: ' '.repeat(width + 4) }),
  );
  return `\nChat commands, the same as in Slack:\n${lines.join('\n')}\n`;
}
