import { home } from '../command/unlisted/home.ts';
import { answerDocument } from '../views/answer.ts';
import { shownActions } from '../views/buttons.ts';
import { homeView } from '../views/modals.ts';
import type { Interaction } from './click.ts';
import { issueTokens } from './reply.ts';

/**
 * Draws the Home tab of a person anew: what they may see and run. `channel` is their direct message
 * with the app, where what they press on the tab is answered.
 */
export async function publishHome(
  { parts, dispatcher, views }: Interaction,
  { user, channel }: { user: string; channel: string },
): Promise<void> {
  const answer = await dispatcher.ask({
    text: 'home',
    channel,
    user,
    deliveryKey: '',
    parse: (may) => home(may, [...(parts.settings ?? [])]),
  });
  const document = answerDocument(answer);
  const tokens = await issueTokens(parts, shownActions(document), channel);
  await views.publish(user, homeView(document, tokens ?? []));
  parts.onAnswer?.(answer);
}

/** As `publishHome`, once per delivery. Never rejects. */
export async function handleHomeOpened(
  interaction: Interaction,
  opened: { user: string; channel: string; deliveryKey: string },
): Promise<void> {
  const { parts, dispatcher } = interaction;
  try {
    if (await dispatcher.claim(opened.deliveryKey)) await publishHome(interaction, opened);
  } catch (error) {
    parts.log.error({ error }, 'a Home tab could not be drawn');
  }
}
