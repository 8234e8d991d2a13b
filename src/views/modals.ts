import type { Block, HomeView, ModalView } from '../blocks/block.ts';
import { limits } from '../blocks/limits.ts';
import { REASON_LENGTH_MAX } from '../findings/acceptance.ts';
import { severities } from '../rules/rule.ts';
import { clamp } from '../shared/text.ts';
import { actionBlocks, type Button, plain } from './buttons.ts';
import { type Document, paragraph } from './document.ts';
import type { FindingsAnswer } from './findings.ts';
import { viewBlocks } from './slack-messages.ts';

type ViewBlock = ModalView['blocks'][number];

/** Callback ids of the forms. */
export const forms = {
  accept: 'accept',
  decide: 'decide',
  assign: 'assign',
  alerts: 'alerts',
  filter: 'filter',
} as const;

/** Blocks of a view that are left for text, beside inputs and buttons. */
const TEXT_BLOCKS = limits.blocksPerView.value - 10;
/** Days that are offered for an acceptance. */
const PRESETS = [1, 7, 30, 90];
const PRESET_CHOSEN = 30;

const option = (value: string, label = value) => ({
  text: plain(label, limits.optionText.value),
  value,
});
type InputElement = Extract<Block, { type: 'input' }>['element'];
/** A question of a form: its answer goes by the id. */
const input = (id: string, label: string, element: InputElement, isOptional = false): Block => ({
  type: 'input',
  block_id: id,
  ...(isOptional && { optional: true }),
  label: plain(label, limits.inputLabel.value),
  element,
});
const asView = (blocks: readonly Block[]) => blocks as ViewBlock[];

/** A modal that only says something. */
export function plainModal(title: string, ...sentences: string[]): ModalView {
  const parts = sentences.map((sentence) => paragraph(sentence));
  return {
    type: 'modal',
    title: plain(title, limits.viewTitle.value),
    close: plain('Close', limits.viewClose.value),
    blocks: asView(viewBlocks(parts, TEXT_BLOCKS)),
  };
}

/** Stands for a form while what it needs is read. */
export const loadingModal = (): ModalView => plainModal('Seawall', 'One moment …');

/** A document in a modal, without its buttons. */
export const documentModal = ({ summary }: Document): ModalView => ({
  ...plainModal('Seawall'),
  blocks: asView(viewBlocks(summary, TEXT_BLOCKS)),
});

/** What a form of a decision starts with: its token, and what the person wrote of the reason. */
interface DecisionStart {
  token: string;
  reason: string;
  /** False for what holds until somebody takes it back; true when left out. */
  hasExpiry?: boolean;
}

/** The form that accepts a finding: what it hides, why, and until when. */
export const acceptModal = (document: Document, start: DecisionStart): ModalView =>
  termsModal(document, start, formModal('Accept a risk', 'Accept', forms.accept, start.token));

/** The form of any other decision: the line that it completes, why, and until when. */
export const decisionModal = (document: Document, start: DecisionStart): ModalView =>
  termsModal(document, start, formModal('Decide', 'Decide', forms.decide, start.token));

function termsModal(
  { summary }: Document,
  { reason, hasExpiry = true }: DecisionStart,
  modal: ModalView,
): ModalView {
  const written = clamp(reason, REASON_LENGTH_MAX);
  return {
    ...modal,
    blocks: asView([
      ...viewBlocks(summary, TEXT_BLOCKS),
      input('reason', 'Reason', {
        type: 'plain_text_input',
        action_id: 'reason',
        multiline: true,
        max_length: REASON_LENGTH_MAX,
        ...(written !== '' && { initial_value: written }),
      }),
      ...(hasExpiry ? expiryBlocks() : []),
    ]),
  };
}

/** Until when a decision holds: a number of days, or a day. */
function expiryBlocks(): Block[] {
  const presets = PRESETS.map((days) => option(`${days}d`, days === 1 ? '1 day' : `${days} days`));
  const chosen = presets.find(({ value }) => value === `${PRESET_CHOSEN}d`);
  return [
    input('expiry', 'For how long', {
      type: 'radio_buttons',
      action_id: 'expiry',
      options: presets,
      ...(chosen && { initial_option: chosen }),
    }),
    input('day', 'Or until the end of a day (UTC)', { type: 'datepicker', action_id: 'day' }, true),
  ];
}

/** The form that gives an alert to somebody; whoever opened it is chosen first. */
export const assignModal = (
  title: string,
  { token, user }: { token: string; user: string },
): ModalView => ({
  ...formModal('Assign an alert', 'Assign', forms.assign, token),
  blocks: asView([
    ...viewBlocks([paragraph(title)], TEXT_BLOCKS),
    input('assignee', 'Who looks after it', {
      type: 'users_select',
      action_id: 'assignee',
      initial_user: user,
    }),
  ]),
});

/** The form that switches the alerts of a channel on. */
export const alertsModal = (token: string): ModalView => ({
  ...formModal('Alerts for a channel', 'Switch on', forms.alerts, token),
  blocks: asView([
    ...viewBlocks([paragraph(ALERTS_SAY)], TEXT_BLOCKS),
    input('channel', 'Which channel is told', {
      type: 'conversations_select',
      action_id: 'channel',
      filter: { include: ['public', 'private'], exclude_external_shared_channels: true },
    }),
    input('severity', 'From which severity on', {
      type: 'radio_buttons',
      action_id: 'severity',
      options: [...severities].reverse().map((severity) => option(severity)),
      initial_option: option('high'),
    }),
  ]),
});
const ALERTS_SAY =
  'The channel gets one message per container when something of this severity opens or worsens. Invite Seawall to the channel first.';

/** The form that filters findings: what there is to choose comes from all of them. */
export function filterModal({ findings, hosts }: FindingsAnswer, token: string): ModalView {
  const names = hosts.map(({ name }) => name);
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  const states = [
    option('open', 'Open'),
    option('accepted', 'Accepted'),
    option('expiring', 'Accepted, ending soon'),
  ];
  return {
    ...formModal('Filter findings', 'Show', forms.filter, token),
    blocks: asView([
      input(
        'severities',
        'Severity',
        {
          type: 'checkboxes',
          action_id: 'severities',
          options: [...severities].reverse().map((severity) => option(severity)),
        },
        true,
      ),
      ...selectBlocks('rule', 'Rule', rules),
      ...selectBlocks('host', 'Host', names),
      input('state', 'Which', {
        type: 'radio_buttons',
        action_id: 'state',
        options: states,
        initial_option: option('open', 'Open'),
      }),
    ]),
  };
}

/** The Home tab: the document, and more buttons than a message would take. */
export const homeView = (document: Document, buttons: readonly Button[]): HomeView => ({
  type: 'home',
  blocks: asView([...viewBlocks(document.summary, TEXT_BLOCKS), ...actionBlocks(buttons)]),
});

const formModal = (title: string, submit: string, callback: string, token: string): ModalView => ({
  type: 'modal',
  callback_id: callback,
  private_metadata: token,
  title: plain(title, limits.viewTitle.value),
  submit: plain(submit, limits.viewSubmit.value),
  close: plain('Cancel', limits.viewClose.value),
  blocks: [],
});

/** A choice that may stay open; none without anything to choose. */
function selectBlocks(id: string, label: string, values: readonly string[]): Block[] {
  const fitting = values.filter(({ length }) => length > 0 && length <= limits.optionValue.value);
  if (fitting.length === 0) return [];
  return [
    input(
      id,
      label,
      {
        type: 'static_select',
        action_id: id,
        placeholder: plain('Any', limits.placeholder.value),
        options: fitting.slice(0, limits.selectOptions.value).map((value) => option(value)),
      },
      true,
    ),
  ];
}
