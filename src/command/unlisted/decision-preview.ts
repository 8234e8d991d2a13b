import { isoTime } from '../../shared/time.ts';
import type { Answer } from '../../views/answer.ts';
import type { CommandContext } from '../command.ts';
import { hostsOfChannel } from '../hosts-meant.ts';
import { parseLine } from '../parse-line.ts';
import { type Unlisted, unlisted } from './unlisted.ts';

/** Shows which line a form completes, and what that does. Rejects with `UserError` for no such line. */
export const decisionPreview = (line: string): Unlisted =>
  unlisted('decide', 'approve', (context) => previewOf(line, context), { audit: 'reads-only' });

async function previewOf(line: string, context: CommandContext): Promise<Answer> {
  const { now, actor } = context;
  const { command, request } = parseLine(line, context, hostsOfChannel(context, actor.place));
  return {
    kind: 'decision-preview',
    takenAt: isoTime(now()),
    line,
    summary: command.summary,
    about: (await command.form?.preview(context, request)) ?? [],
    hasExpiry: command.flags?.until !== undefined,
    next: [],
  };
}
