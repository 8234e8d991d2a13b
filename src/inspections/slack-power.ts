import type { ScopePower, SlackPower, TakeAway } from '../answers/own-power.ts';
import type { SlackGrant } from '../ports/power.ts';

/** What the bot token may do against what is used of it: what is lacking and what is too much. */
export function slackPower({ granted, needed }: SlackGrant): SlackPower {
  if (granted === null || 'unknownReason' in granted) {
    const unknownReason = granted?.unknownReason ?? null;
    return { hasToken: granted !== null, unknownReason, scopes: [], takeAway: [] };
  }
  const used = needed.map(({ scope, neededFor, without }): ScopePower => {
    const state = granted.scopes.includes(scope) ? 'granted' : 'missing';
    return { scope, state, neededFor, without };
  });
  const isUsed = (scope: string) => needed.some((one) => one.scope === scope);
  const unneeded = granted.scopes
    .filter((scope) => !isUsed(scope))
    .map((scope): ScopePower => ({ scope, state: 'unneeded', neededFor: null, without: null }));
  return {
    hasToken: true,
    unknownReason: null,
    scopes: [...used, ...unneeded],
    takeAway: unneeded.length > 0 ? takeAway : [],
  };
}

/** Scopes of a token only grow: installing again adds, and takes nothing away. */
const takeAway: TakeAway[] = [
  {
    what: 'Remove the unused scopes on https://api.slack.com/apps, under “OAuth & Permissions”.',
    command: null,
  },
  {
    what: 'Then revoke the token there, since its scopes only grow, install the app again and start with the new token in:',
    command: 'SLACK_BOT_TOKEN',
  },
];
