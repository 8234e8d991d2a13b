import type { Command } from '../command/command.ts';
import { lineWithFlags } from '../command/parse-flags.ts';
import { decides } from '../command/permission.ts';
import type { RequestSaid } from '../command/run-line.ts';
import {
  CONVERSATION_LINE_MAX,
  type ConversationLines,
  type ConversationPlace,
} from '../ports/conversation-lines.ts';
import { onOutside } from '../shared/errors.ts';
import { DAY_MS } from '../shared/time.ts';
import { within } from '../timers/pause.ts';
import type { Answer } from '../views/answer.ts';
import { isDirect } from './place.ts';
import { NOTED_WITHIN_MS } from './timings.ts';

/** What one question takes from the conversation that it is part of, and leaves in it. */
export interface LastLine {
  /** The line that was answered before; null for none, or where the database fails. */
  previous(): Promise<string | null>;
  /** Told what runs. */
  hear(command: Command, request: RequestSaid): void;
  /** Told the answer: the line is kept, without the reason of a decision; one that was a mistake is not. Never rejects. */
  keep(answer: Answer): Promise<void>;
}

/** Null where a question stands alone, as a slash command in a channel does. */
export function lastLineIn(
  lines: ConversationLines,
  { channel, threadTs }: ConversationPlace,
  now: () => number,
): LastLine | null {
  if (threadTs === undefined && !isDirect(channel)) return null;
  const place = { channel, threadTs };
  const heard: { line: string | null } = { line: null };
  return {
    previous: () => lines.last(place, now() - DAY_MS).catch(onOutside(() => null)),
    hear({ takesText = false, ...command }, { line, flags, words }) {
      const isReasoned = command.task === 'act' && decides(command, words);
      const said = isReasoned ? line : lineWithFlags(line, flags);
      heard.line = takesText ? null : said;
    },
    async keep({ kind }) {
      const { line } = heard;
      if (line === null || kind === 'problem' || line.length > CONVERSATION_LINE_MAX) return;
      const keeping = lines.keep(place, line, now()).catch(onOutside(() => undefined));
      await within(NOTED_WITHIN_MS, keeping);
    },
  };
}
