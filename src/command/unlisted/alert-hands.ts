import { doneNotice, staleNotice } from '../../inspections/notices.ts';
import type { StoredAlert } from '../../ports/alert-store.ts';
import { isoTime } from '../../shared/time.ts';
import type { Answer } from '../../views/answer.ts';
import type { CommandContext } from '../command.ts';
import type { ParsedLine } from '../parse-line.ts';
import { unlisted } from './unlisted.ts';

type Asked = Pick<ParsedLine, 'command' | 'request'>;

const unknownAlert = ({ now }: CommandContext) =>
  staleNotice(now, 'This alert is not known any more.');

const said = ({ now }: CommandContext, alert: StoredAlert | null, words: string) =>
  alert === null ? null : doneNotice(now, `“${alert.title}” ${words}`);

const byStore = (name: string, run: (context: CommandContext) => Promise<Answer>): Asked =>
  unlisted(name, 'operate', run, { audit: 'by-store' });

/** The person who presses has seen the alert; undone, nobody has. */
export const acknowledge = (id: number, isUndone: boolean): Asked =>
  byStore('acknowledge', async (context) => {
    const { alerts, actor, now } = context;
    const alert = await alerts.acknowledge(id, !isUndone, { actor, at: now() });
    const words = isUndone ? 'is not acknowledged any more.' : 'is acknowledged by you.';
    return said(context, alert, words) ?? unknownAlert(context);
  });

/** Gives an alert to a person of Slack, by id; null takes it from whoever has it. */
export const assign = (id: number, to: string | null): Asked =>
  byStore('assign', async (context) => {
    const { alerts, actor, now } = context;
    const alert = await alerts.assign(id, to, { actor, at: now() });
    const whose = to === actor.id ? 'is yours.' : 'was given to the person you chose.';
    return said(context, alert, to === null ? 'is nobody’s now.' : whose) ?? unknownAlert(context);
  });

/** An alert as it is now, for the form that gives it to somebody. */
export const alertPreview = (id: number): Asked =>
  unlisted('assign', 'operate', (context) => previewOf(id, context), { audit: 'reads-only' });

async function previewOf(id: number, context: CommandContext): Promise<Answer> {
  const { alerts, now } = context;
  const alert = await alerts.find(id);
  if (alert === null) return unknownAlert(context);
  return { kind: 'alert', takenAt: isoTime(now()), next: [], alert, owner: null };
}
