import { home } from '../command/unlisted/home.ts';
import { answerDocument } from '../views/answer.ts';
import { homeView } from '../views/modals.ts';
import { suggestedPrompts } from '../views/prompts.ts';
import type { Interaction } from './click.ts';
import { permissionsOf } from './decide-access.ts';
import { buttonsOf } from './reply.ts';

/**
 * Draws the Home tab of a person anew: what they may see and run. `channel` is their direct message
 * with the app, where what they press on the tab is answered.
 */
export async function publishHome(
  { parts, dispatcher, views }: Interaction,
  { user, channel }: { user: string; channel: string },
): Promise<void> {
  const may = await permissionsOf(parts, { user, channel });
  const asks = () => home(may, [...(parts.settings ?? [])]);
  const answer = await dispatcher.ask({ asks, channel, user });
  const document = answerDocument(answer);
  const buttons = await buttonsOf(parts, document, channel);
  await views.publish(user, homeView(document, buttons ?? []));
  parts.onAnswer?.(answer);
}

/** Suggests what to ask in the conversation of a person with the app, by what they may see. Never rejects. */
export async function suggestPrompts(
  { parts, dispatcher }: Interaction,
  { user, channel }: { user: string; channel: string },
): Promise<void> {
  try {
    const may = await permissionsOf(parts, { user, channel });
    const answer = await dispatcher.ask({ asks: () => home(may, []), channel, user });
    if (answer.kind === 'home') await parts.agent.suggest(channel, suggestedPrompts(answer));
  } catch (error) {
    parts.log.error({ error }, 'nothing could be suggested');
  }
}

/** As `publishHome`. Never rejects. */
export async function handleHomeOpened(
  interaction: Interaction,
  opened: { user: string; channel: string },
): Promise<void> {
  const { parts } = interaction;
  try {
    await publishHome(interaction, opened);
  } catch (error) {
    parts.log.error({ error }, 'a Home tab could not be drawn');
  }
}
