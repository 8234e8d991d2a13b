import { isJson, type Json } from '../../../src/blocks/walk.ts';
import type { Core } from '../core.ts';
import type { Delivery, DeliveryKind } from '../delivery/delivery.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Deed, Note } from './page-state.ts';

/** A note as it comes: one thing that happened. */
export type NewNote = Omit<Note, 'count'> & { count?: number };

/** What happened underneath, for the page's panel. */
export interface Underneath {
  /** The last ones, oldest first. */
  deeds(): readonly Deed[];
  /** Notes that follow belong to it. */
  begin(title: string): Deed;
  note(note: NewNote): void;
  onChange(listener: () => void): () => void;
}

const DEEDS_MAX = 40;
const NOTES_MAX = 1_000;

/** An empty feed; `now` is the time that deeds carry. */
export function createUnderneath(now: () => number): Underneath {
  const deeds: Deed[] = [];
  const listeners = new Set<() => void>();
  let count = 0;
  const notifyChange = () => {
    for (const listener of listeners) listener();
  };
  const begin = (title: string): Deed => {
    count += 1;
    const deed: Deed = { id: count, title, at: now(), request: null, notes: [], dropped: 0 };
    deeds.push(deed);
    if (deeds.length > DEEDS_MAX) deeds.shift();
    notifyChange();
    return deed;
  };
  return {
    deeds: () => deeds,
    begin,
    note(note) {
      const deed = deeds.at(-1) ?? begin('The app started');
      const same = deed.notes.find((one) => isSame(one, note));
      if (same) {
        same.count += note.count ?? 1;
        if (note.ms !== null) same.ms = (same.ms ?? 0) + note.ms;
      } else if (deed.notes.length < NOTES_MAX) deed.notes.push({ count: 1, ...note });
      else deed.dropped += 1;
      notifyChange();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function isSame(one: Omit<Note, 'count'>, other: Omit<Note, 'count'>): boolean {
  const keys = ['source', 'where', 'what', 'outcome'] as const;
  return keys.every((key) => one[key] === other[key]);
}

/** The dispatcher, with a deed for everything that it sends. */
export function withDeeds(dispatcher: Dispatcher, underneath: Underneath): Dispatcher {
  return {
    async dispatch(kind, payload, ...more) {
      const deed = underneath.begin(titleOf(kind, payload));
      const result = await dispatcher.dispatch(kind, payload, ...more);
      deed.request = describeRequest(result.delivery);
      return result;
    },
  };
}

/** Notes every call of the app to Slack, as it comes. */
export function noteApiCalls({ journal }: Pick<Core, 'journal'>, underneath: Underneath): void {
  let noted = 0;
  journal.onChange(() => {
    const count = journal.total() - noted;
    for (const { method } of count > 0 ? journal.calls.slice(-count) : []) {
      underneath.note({
        source: 'Calls to Slack',
        where: method === 'response_url' || method === 'upload' ? 'address' : 'Web API',
        what: method,
        outcome: '',
        ms: null,
      });
    }
    noted = journal.total();
  });
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
const inside = (value: unknown, key: string) => (isJson(value) ? value[key] : undefined);

function titleOf(kind: DeliveryKind, payload: Json): string {
  if (kind === 'command') return `${textOf(payload.command)} ${textOf(payload.text)}`.trim();
  if (kind === 'event') return `event ${textOf(inside(payload.event, 'type'))}`;
  const action = Array.isArray(payload.actions) ? payload.actions[0] : undefined;
  const pressed = inside(action, 'text') ?? inside(inside(action, 'selected_option'), 'text');
  const label = textOf(inside(pressed, 'text'));
  const type = textOf(payload.type);
  return label === '' ? type : `${type}: ${label}`;
}

const SIGNATURE_SHOWN = 14;

function describeRequest(delivery: Delivery): Deed['request'] {
  const { rawRequest, kind, payload, ackStatus, ackMs, error } = delivery;
  const headers = Object.entries(rawRequest?.headers ?? {}).map(
    ([name, value]): [string, string] => [
      name,
      name === 'x-slack-signature' ? `${value.slice(0, SIGNATURE_SHOWN)}…` : value,
    ],
  );
  return {
    line: rawRequest ? `POST ${new URL(rawRequest.url).pathname}` : 'over a WebSocket',
    headers,
    fields:
      kind === 'command' ? fieldsOf(payload) : [['payload', JSON.stringify(payload, null, 2)]],
    status: ackStatus,
    ms: ackMs,
    error: error ?? null,
  };
}

const fieldsOf = (payload: Json) =>
  Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]);
