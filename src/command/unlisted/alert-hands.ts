import { doneNotice, staleNotice } from '../../inspections/notices.ts';
import type { StoredAlert } from '../../ports/alert-store.ts';
import { isoTime } from '../../shared/time.ts';
import type { Answer } from '../../views/answer.ts';
import type { CommandContext } from '../command.ts';
import { type Unlisted, unlisted } from './unlisted.ts';

const unknownAlert = ({ now }: CommandContext) =>
  staleNotice(now, 'This alert is not known any more.');

const said = ({ now }: CommandContext, alert: StoredAlert | null, words: string) =>
  alert === null ? null : doneNotice(now, `“${alert.title}” ${words}`);

const byStore = (name: string, run: (context: CommandContext) => Promise<Answer>): Unlisted =>
  unlisted(name, 'operate', run, { audit: 'by-store' });

/** The person who presses has seen the alert; undone, nobody has. */
export const acknowledge = (id: number, isUndone: boolean): Unlisted =>
  byStore('acknowledge', async (context) => {
    const { alerts, actor, now } = context;
    const alert = await alerts.acknowledge(id, !isUndone, { actor, at: now() });
    const words = isUndone ? 'is not acknowledged any more.' : 'is acknowledged by you.';
    return said(context, alert, words) ?? unknownAlert(context);
  });

/** Gives an alert to a person of Slack, by id; null takes it from whoever has it. */
export const assign = (id: number, to: string | null): Unlisted =>
  byStore('assign', async (context) => {
    const { alerts, actor, now } = context;
    const alert = await alerts.assign(id, to, { actor, at: now() });
    const whose = to === actor.id ? 'is yours.' : 'was given to the person you chose.';
    return said(context, alert, to === null ? 'is nobody’s now.' : whose) ?? unknownAlert(context);
  });

/** Keeps an alert quiet for so many milliseconds; null ends that. */
export const snooze = (id: number, forMs: number | null): Unlisted =>
  byStore('snooze', async (context) => {
    const { alerts, actor, now } = context;
    const at = now();
    const alert = await alerts.snooze(id, forMs === null ? null : at + forMs, { actor, at });
    if (alert === null) return unknownAlert(context);
    const until = alert.snoozed && isoTime(alert.snoozed.until).slice(0, 16).replace('T', ' ');
    return doneNotice(
      now,
      until === null
        ? `Alerts about “${alert.title}” are told again.`
        : `“${alert.title}” is quiet until ${until} UTC; it is counted meanwhile.`,
    );
  });

/** An alert as it is now, for the form that gives it to somebody. */
export const alertPreview = (id: number): Unlisted =>
  unlisted('assign', 'operate', (context) => previewOf(id, context), { audit: 'reads-only' });

async function previewOf(id: number, context: CommandContext): Promise<Answer> {
  const { alerts, now } = context;
  const alert = await alerts.find(id);
  if (alert === null) return unknownAlert(context);
  return { kind: 'alert', takenAt: isoTime(now()), next: [], alert, owner: null };
}
