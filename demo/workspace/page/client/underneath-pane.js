import { h } from 'preact';
import { Pane } from './pane.js';
import { durationText, timeText } from './times.js';

/** @import { Deed, DeedRequest, Note } from '../page-state.ts' */

/** @param {{ rows: [name: string, value: string][], label: string }} input */
function Pairs({ rows, label }) {
  return h(
    'details',
    null,
    h('summary', null, label),
    h(
      'dl',
      null,
      rows.map(([name, value]) => [h('dt', null, name), h('dd', null, h('pre', null, value))]),
    ),
  );
}

/** @param {{ request: DeedRequest }} input */
function Request({ request }) {
  const { line, headers, fields, status, ms, error } = request;
  const outcome = error ?? `${status ?? ''} after ${durationText(ms)}`;
  return h(
    'section',
    null,
    h('h4', null, 'Signed request to the app'),
    h('p', null, h('code', null, line), ` → ${outcome}`),
    headers.length > 0 ? h(Pairs, { rows: headers, label: `${headers.length} headers` }) : null,
    h(Pairs, {
      rows: fields,
      label: fields.length === 1 ? 'Body' : `Body: ${fields.length} fields`,
    }),
  );
}

/** @param {{ source: string, notes: Note[] }} input */
function Notes({ source, notes }) {
  const total = notes.reduce((sum, { count }) => sum + count, 0);
  return h(
    'section',
    null,
    h('h4', null, `${source} (${total})`),
    h(
      'div',
      { class: 'scroll', tabIndex: 0, role: 'group', 'aria-label': source },
      h(
        'table',
        null,
        h(
          'tbody',
          null,
          notes.map((note) =>
            h(
              'tr',
              null,
              h('td', null, note.where),
              h('td', { class: 'what' }, h('code', null, note.what)),
              h('td', null, note.outcome),
              h('td', { class: 'align-right' }, note.count > 1 ? `× ${note.count}` : ''),
              h('td', { class: 'align-right' }, durationText(note.ms)),
            ),
          ),
        ),
      ),
    ),
  );
}

/** @param {{ deed: Deed, isOpen: boolean }} input */
function DeedCard({ deed, isOpen }) {
  const { title, at, request, notes, dropped } = deed;
  const sources = Map.groupBy(notes, ({ source }) => source);
  return h(
    'details',
    { class: 'deed', open: isOpen },
    h('summary', null, h('strong', null, title), h('span', { class: 'soft' }, ` ${timeText(at)}`)),
    request ? h(Request, { request }) : null,
    [...sources].map(([source, ofSource]) => h(Notes, { source, notes: ofSource })),
    dropped > 0 ? h('p', { class: 'soft' }, `and ${dropped} more`) : null,
  );
}

/**
 * What happened underneath each thing that a person did: the request, the calls, the rows.
 * @param {{ deeds: Deed[], close: () => void }} input
 */
export function UnderneathPane({ deeds, close }) {
  return h(
    Pane,
    { title: 'Underneath', close },
    h(
      'div',
      { class: 'messages', role: 'group', 'aria-label': 'What happened', tabIndex: 0 },
      h(
        'p',
        { class: 'soft' },
        'What each thing that was done here set off, the newest first, with all that came until the next.',
      ),
      deeds
        .toReversed()
        .map((deed, index) => h(DeedCard, { key: deed.id, deed, isOpen: index === 0 })),
    ),
  );
}
