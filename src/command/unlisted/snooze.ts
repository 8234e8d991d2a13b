import { doneNotice, staleNotice } from '../../inspections/notices.ts';
import type { Answer } from '../../views/answer.ts';
import type { CommandContext } from '../command.ts';
import type { ParsedLine } from '../parse-line.ts';
import { unlisted } from './unlisted.ts';

/** Keeps an alert quiet for so many milliseconds; null ends that. */
export const snooze = (id: number, forMs: number | null): Pick<ParsedLine, 'command' | 'request'> =>
  unlisted('snooze', 'operate', (context) => quieten(context, id, forMs), { audit: 'by-store' });

async function quieten(
  { alerts, actor, now }: CommandContext,
  id: number,
  forMs: number | null,
): Promise<Answer> {
  const at = now();
  const alert = await alerts.snooze(id, forMs === null ? null : at + forMs, { actor, at });
  if (alert === null) return staleNotice(now, 'This alert is not known any more.');
  const until = alert.snoozed && new Date(alert.snoozed.until).toISOString().slice(0, 16);
  return doneNotice(
    now,
    until === null
      ? `Alerts about “${alert.title}” are told again.`
      : `“${alert.title}” is quiet until ${until} UTC; it is counted meanwhile.`,
  );
}
