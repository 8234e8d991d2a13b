import type { Json } from '../../src/blocks/walk.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { ElementChoice } from './elements.ts';
import type { Message } from './message.ts';

export interface Actor {
  /** Id or name; alice when omitted. */
  user?: string;
}

export interface Place extends Actor {
  /** Id or name, with or without `#`; #security when omitted. */
  channel?: string;
}

export interface CommandInput extends Place {
  /** What follows the command, sent as it is. */
  text: string;
  /** `/seawall` when omitted. */
  command?: string;
  /** Sends the text as Slack clients do when the command has `should_escape`. */
  isEscaped?: boolean;
}

export interface MentionInput extends Place {
  /** The mention is put in front when it is not in the text. */
  text: string;
  threadTs?: string;
}

export interface ClickInput extends Place, ElementChoice {
  messageTs: string;
}

/** What people in the workspace do. All of it throws for unknown users, channels and elements. */
export interface Actions {
  sendCommand(input: CommandInput): Promise<Delivery>;
  sendMention(input: MentionInput): Promise<Delivery>;
  /** A message to the app alone. */
  sendDirectMessage(input: Actor & { text: string; threadTs?: string }): Promise<Delivery>;
  /** A message of which the app is not told. */
  postAsUser(input: Place & { text: string; threadTs?: string }): Message;
  clickButton(input: ClickInput): Promise<Delivery>;
  /** Uses an element in the visible modal, or on the Home tab when the user has no modal open. */
  clickInView(input: Actor & ElementChoice): Promise<Delivery>;
  /** Submits the visible modal. `values`: block id → action id → the element's state. */
  submitView(input: Actor & { values?: Json }): Promise<Delivery>;
  /** Closes the visible modal; null when the app did not ask to be told. */
  closeModal(input: Actor): Promise<Delivery | null>;
  /** A global shortcut, or with `messageTs` one on a message. */
  runShortcut(input: Place & { callbackId: string; messageTs?: string }): Promise<Delivery>;
  openHome(input: Actor): Promise<Delivery>;
  /** Opens the Messages tab: the conversation with the app alone. */
  openMessages(input: Actor): Promise<Delivery>;
  sendEvent(event: Json): Promise<Delivery>;
  /** Brings the app, or with `member` a person, into a channel. Null when the app may not know. */
  invite(input: Place & { member?: string }): Promise<Delivery | null>;
  /** Runs a step of a workflow; gives its execution, by which `step` tells how it ended. */
  runStep(callbackId: string, inputs: Json): Promise<string>;
  /** Takes the app out of the workspace: its bot token is revoked, and both events are sent. */
  uninstallApp(): Promise<Delivery[]>;
  /** Revokes the bot token, or with `user` the token of a person, and tells the app. */
  revokeTokens(input?: Actor): Promise<Delivery>;
}
