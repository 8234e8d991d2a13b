import { fieldsOf } from '../shared/record.ts';

/** Whose people may ask. */
export interface HomeTeam {
  /** The workspace that the bot token belongs to, and the organisation around it. */
  own: readonly string[];
  /** Others that the settings name: workspaces, or whole organisations (Enterprise Grid). */
  others: readonly string[];
}

/**
 * The teams that a delivery names for whoever caused it. Slash commands: `team_id`; what is pressed or
 * sent off: `user.team_id` and `team`; events: the event's own, and the one where it happened. In a
 * channel that is shared with another company (Slack Connect) they differ from the app's.
 * Source: https://docs.slack.dev/apis/slack-connect
 */
export function teamsOf(body: unknown): unknown[] {
  const fields = fieldsOf(body);
  const event = fieldsOf(fields.event);
  return [
    fields.team_id,
    fieldsOf(fields.team).id,
    fieldsOf(fields.user).team_id,
    event.team,
    event.user_team,
    event.source_team,
  ].filter((team) => team !== undefined && team !== null);
}

/** True when every team that is named is known, and one is: who is not known to be inside is not. */
export function isFromHome({ own, others }: HomeTeam, body: unknown): boolean {
  const fields = fieldsOf(body);
  const enterprise = fields.enterprise_id ?? fieldsOf(fields.enterprise).id;
  const isKnownEnterprise = isIn(others, enterprise) && fields.event === undefined;
  const teams = teamsOf(body);
  return (
    teams.length > 0 &&
    teams.every((team) => isIn(own, team) || isIn(others, team) || isKnownEnterprise)
  );
}

const isIn = (ids: readonly string[], id: unknown): boolean =>
  typeof id === 'string' && ids.includes(id);
