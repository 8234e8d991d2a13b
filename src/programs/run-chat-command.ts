import type { Settings } from '../config/load-settings.ts';
import type { Severity } from '../rules/rule.ts';
import type { Logger } from '../shared/logger.ts';
import type { ExitCode } from '../terminal/exit-code.ts';
import { runInTerminal } from '../terminal/run-in-terminal.ts';
import { assembleCore, newReference } from './assemble.ts';
import { keepingOf } from './keep-tidy.ts';

export interface ChatCommand {
  words: readonly string[];
  isJson: boolean;
  failOn: Severity | null;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  openLog: () => Promise<Logger>;
}

/** Runs a line of the chat for whoever sits at the terminal. Rejects like `assembleCore`. */
export async function runChatCommand(settings: Settings, asked: ChatCommand): Promise<ExitCode> {
  const { hosts, databaseUrl, policy, owners, slack } = settings;
  const { context, store } = await assembleCore({
    hosts,
    databaseUrl: databaseUrl.reveal(),
    policy,
    owners,
    slack,
  });
  try {
    const code = await runInTerminal(context, { ...asked, reference: newReference() });
    // Who only ever scans from a timer has no bot that does it.
    if (asked.words[0] === 'scan') await store.tidy(keepingOf(settings));
    return code;
  } finally {
    await store.close();
  }
}
