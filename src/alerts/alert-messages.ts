import type { CoreContext } from '../command/command.ts';
import { hostsOfChannel, hostsOfText } from '../command/hosts-meant.ts';
import type { OwnerRouting } from '../inspections/finding-owners.ts';
import { alertKey, type OwedAlert } from '../ports/alert-store.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { OutboxMessage } from '../ports/outbox.ts';
import { HOUR_MS, isoTime } from '../shared/time.ts';
import type { AlertAnswer } from '../views/alert.ts';
import { answerDocument } from '../views/answer.ts';
import { type RenderDocument, slackReply } from '../views/slack-messages.ts';

export interface OwnerMention {
  /** Tells whether a person is in a user group; null where Slack does not say. Never rejects. */
  isInGroup: (group: string, user: string) => Promise<boolean | null>;
}

interface MessageParts extends OwnerMention {
  context: { owners: OwnerRouting | null };
  render: RenderDocument;
}

/**
 * What a channel is owed for an alert: its message, posted once, then as it is now, and the lines of its
 * thread. Keys are those of the alert, so that nothing is posted twice.
 */
export async function alertMessages(
  parts: MessageParts,
  alert: OwedAlert,
): Promise<OutboxMessage[]> {
  const { version: _version, lines, isTold, ...told } = alert;
  const { id, channel, dueAt, at } = alert;
  const owner = await ownerOf(parts, alert);
  const next = alert.resolved === null ? (told.parts[0]?.next ?? floodNext) : [];
  const shown: AlertAnswer = { kind: 'alert', takenAt: isoTime(at), next, alert: told, owner };
  const { message } = await parts.render(answerDocument(shown), channel);
  const base = { channel, what: 'alert' as const };
  const post: OutboxMessage = {
    ...{ ...base, key: alertKey(id, 'post'), action: { kind: 'post' } },
    ...{ payload: message, dueAt },
  };
  const update: OutboxMessage = {
    ...{
      ...base,
      key: alertKey(id, 'state'),
      action: { kind: 'update', of: alertKey(id, 'post') },
    },
    ...{ payload: message, dueAt: at },
  };
  const below = lines.map((line): OutboxMessage => {
    const answer = { kind: 'alert-line' as const, takenAt: isoTime(line.at), next: [], line };
    // Of a message from long ago nobody would see the thread.
    const isBroadcast = line.mention === null && line.at - dueAt >= SEEN_MS;
    const action = { kind: 'post' as const, threadOf: alertKey(id, 'post'), isBroadcast };
    const key = alertKey(id, `line:${line.id}`);
    const payload = slackReply(answerDocument(answer)).message;
    return { ...base, key, action, payload, dueAt: line.at };
  });
  return isTold ? [update, ...below] : [post, ...below];
}

/** For so long the message of an alert is taken to be in sight. */
const SEEN_MS = HOUR_MS;
const floodNext = ['findings on all', 'containers on all'];

/**
 * Whose it is. The group that the settings name is mentioned, unless the one whose decision brought the
 * alert up is in it, or nobody knows whether: nobody is called for what they did themselves.
 */
async function ownerOf(
  { context, isInGroup }: MessageParts,
  { owner, raisedBy }: OwedAlert,
): Promise<AlertAnswer['owner']> {
  if (owner === null) return null;
  const group = context.owners?.groups[owner] ?? null;
  if (group === null) return { name: owner, group: null };
  const isOwn = raisedBy !== null && (await isInGroup(group, raisedBy)) !== false;
  return { name: owner, group: isOwn ? null : group };
}

/** Hosts that a channel is about. */
export const hostsOf = (
  context: Pick<CoreContext, 'hosts' | 'channels'>,
  { id }: { id: string },
): readonly HostDeclaration[] => hostsOfChannel(context, id) ?? context.hosts;

/** Those of them that the channel is told of: all, or what the text behind “on” means now. */
export function toldHosts(
  context: Pick<CoreContext, 'hosts' | 'channels'>,
  channel: { id: string; host: string | null },
): readonly HostDeclaration[] {
  const hosts = hostsOf(context, channel);
  return channel.host === null ? hosts : hostsOfText(channel.host, hosts);
}
