import { isFromHome } from '../../src/chat/home-team.ts';

const home = { own: ['T0OWN', 'E0OWN'], others: ['T0FRIEND', 'E0FRIENDS'] };
const shapes: readonly [string, (team: unknown, enterprise?: unknown) => object][] = [
  ['command', (team, enterprise_id) => ({ command: '/seawall', team_id: team, enterprise_id })],
  [
    'click',
    (team, id) => ({
      ...{ type: 'block_actions', team: { id: team }, user: { id: 'U1', team_id: team } },
      enterprise: id === undefined ? null : { id },
    }),
  ],
  ['form', (team) => ({ type: 'view_submission', team: null, user: { id: 'U1', team_id: team } })],
  ['shortcut', (team) => ({ type: 'message_action', team: { id: team }, user: { id: 'U1' } })],
  ['event that names the author’s team', (team) => ({ team_id: 'T0OWN', event: { team } })],
  [
    'event of a shared channel',
    (user_team) => ({ team_id: 'T0OWN', event: { team: 'T0OWN', user_team } }),
  ],
  ['event by its source', (source_team) => ({ team_id: 'T0OWN', event: { source_team } })],
  ['event that happened there', (team_id) => ({ team_id, event: { type: 'app_home_opened' } })],
];

describe.each(shapes)('%s', (name, shape) => {
  test.each(['T0OWN', 'T0FRIEND'])('of %s may ask', (team) => {
    expect(isFromHome(home, shape(team))).toBe(true);
  });

  test.each(['T0OTHER', 't0own', 'T0OWN ', '', 0, true, ['T0OWN'], { id: 'T0OWN' }])(
    'of %j may not',
    (team) => {
      expect(isFromHome(home, shape(team))).toBe(false);
    },
  );

  test('without a team may not, unless something else names one', () => {
    const isNamedElsewhere = name.startsWith('event') && name !== 'event that happened there';
    expect(isFromHome(home, shape(undefined))).toBe(isNamedElsewhere);
  });
});

test('a workspace of an organisation that the settings name may ask', () => {
  const command = { command: '/seawall', team_id: 'T0NEW', enterprise_id: 'E0FRIENDS' };

  expect(isFromHome(home, command)).toBe(true);
  expect(isFromHome({ ...home, others: [] }, command)).toBe(false);
});

test('another workspace of the own organisation is another one', () => {
  const command = { command: '/seawall', team_id: 'T0NEW', enterprise_id: 'E0OWN' };

  expect(isFromHome(home, command)).toBe(false);
});

test('what surrounds an event says nothing of its author', () => {
  const event = { user_team: 'T0OTHER' };
  expect(isFromHome(home, { team_id: 'T0OWN', enterprise_id: 'E0FRIENDS', event })).toBe(false);
});

test.each([null, undefined, 'x', 7, [], {}])('%j is not from home', (body) => {
  expect(isFromHome(home, body)).toBe(false);
});
