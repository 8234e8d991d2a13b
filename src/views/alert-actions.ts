import type { StoredAlert } from '../ports/alert-store.ts';
import type { FindingName } from '../ports/intent.ts';
import { HOUR_MS } from '../shared/time.ts';
import type { Action } from './document.ts';

/** What can be pressed on an alert: who looks after it first. What was done has its way back instead. */
export function alertActions(told: StoredAlert): Action[] {
  const { id, acknowledged, assigned, resolved, flood } = told;
  if (resolved !== null) return [];
  const seen: Action = {
    label: acknowledged === null ? 'Acknowledge' : 'Take acknowledgement back',
    intent: { kind: 'acknowledge', alert: id, isUndone: acknowledged !== null },
  };
  const assigning: Action[] = [
    assigned === null
      ? { label: 'Assign to me', intent: { kind: 'assign', alert: id, to: 'me' } }
      : { label: 'Unassign', intent: { kind: 'assign', alert: id, to: null } },
    { label: 'Assign …', intent: { kind: 'choose-assignee', alert: id } },
  ];
  return [
    ...(flood === null ? [seen, ...assigning] : []),
    ...snoozeActions(told),
    ...acceptActions(told),
  ];
}

function snoozeActions({ id, snoozed }: StoredAlert): Action[] {
  if (snoozed !== null) {
    return [{ label: 'End snooze', intent: { kind: 'snooze', alert: id, forMs: null } }];
  }
  return [
    { label: 'Snooze 1 h', intent: { kind: 'snooze', alert: id, forMs: HOUR_MS } },
    { label: 'Snooze 24 h', intent: { kind: 'snooze', alert: id, forMs: 24 * HOUR_MS } },
  ];
}

/** The form that accepts the worst finding that is left, once a scan has it. */
function acceptActions({ host, parts, hosts }: StoredAlert): Action[] {
  // A form is about one host: of several each is accepted by a line that names it.
  if (hosts !== null) return [];
  const worst = parts.find(
    ({ kind, resolved, accepted }) => kind === 'finding' && resolved === null && accepted === null,
  );
  const fingerprint = worst?.key.slice(`finding:${host}:`.length);
  if (!worst?.isFound || !fingerprint) return [];
  const finding: FindingName = { host, fingerprint };
  return [{ label: 'Accept …', intent: { kind: 'accept', finding } }];
}
