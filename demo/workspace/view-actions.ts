import type { Actions, Actor } from './actions.ts';
import type { Core } from './core.ts';
import { closeView, showSubmissionResult } from './delivery/acknowledged.ts';
import type { Delivery } from './delivery/delivery.ts';
import { deliverEvent } from './delivery/events.ts';
import { buildClosing, buildSubmission, buildViewActions } from './delivery/payloads.ts';
import { getAction } from './elements.ts';
import { completeValues } from './form-state.ts';
import { getUser, interact, type Scene, start } from './scene.ts';
import { getDirectChannel, type User, type View } from './state.ts';

type ViewActions = Pick<
  Actions,
  'clickInView' | 'submitView' | 'closeModal' | 'openHome' | 'openMessages'
>;

function getVisibleModal(core: Core, user: User): View {
  const view = core.state.modals.get(user.id)?.at(-1);
  if (!view) throw new Error(`${user.name} has no modal open`);
  return view;
}

const blocksOf = (view: View) => (Array.isArray(view.content.blocks) ? view.content.blocks : []);

/** What people do in modals and on the Home tab. */
export function createViewActions(scene: Scene): ViewActions {
  const { core, dispatcher } = scene;
  function openTab({ user: name }: Actor, tab: 'home' | 'messages'): Promise<Delivery> {
    const user = getUser(core, name);
    const channel = getDirectChannel(core.state, user.id).id;
    const event_ts = core.state.nextTs();
    return deliverEvent(core, dispatcher, {
      ...{ type: 'app_home_opened', user: user.id, channel, tab, event_ts },
    });
  }
  return {
    clickInView(input) {
      const user = getUser(core, input.user);
      const { modals, homes } = core.state;
      const view = modals.get(user.id)?.at(-1) ?? homes.get(user.id);
      if (!view) throw new Error(`${user.name} sees no view`);
      const started = start(scene, user);
      const action = getAction(blocksOf(view), input);
      return interact(scene, buildViewActions(core, started, view, action), started);
    },
    async submitView(input) {
      const user = getUser(core, input.user);
      const view = getVisibleModal(core, user);
      const started = start(scene, user);
      const values = completeValues(blocksOf(view), input.values ?? {});
      const payload = buildSubmission(core, started, view, values);
      const delivery = await interact(scene, payload, started);
      showSubmissionResult(core, delivery, view);
      return delivery;
    },
    async closeModal(input) {
      const user = getUser(core, input.user);
      const view = getVisibleModal(core, user);
      closeView(core, view);
      if (view.content.notify_on_close !== true) return null;
      const started = start(scene, user);
      return interact(scene, buildClosing(core, started, view), started);
    },
    openHome: (input) => openTab(input, 'home'),
    openMessages: (input) => openTab(input, 'messages'),
  };
}
