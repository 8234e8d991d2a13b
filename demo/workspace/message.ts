import type { Json } from '../../src/blocks/walk.ts';

export interface MessageContent {
  text: string;
  /** As sent, with the block and action ids that Slack fills in. */
  blocks: Json[];
  attachments: unknown[];
  metadata?: Json;
}

export interface MessageVersion extends Omit<MessageContent, 'metadata'> {
  /** Milliseconds since 1970 at which this version was replaced. */
  replacedAt: number;
}

export interface SharedFile {
  id: string;
  title: string;
}

export interface Message extends MessageContent {
  channel: string;
  ts: string;
  /** Timestamp of the thread's first message, on replies only; Slack's own name. */
  thread_ts?: string;
  user: string;
  files: SharedFile[];
  reactions: { name: string; users: string[] }[];
  /** Former versions, oldest first. */
  edits: MessageVersion[];
  isEphemeral: boolean;
  /** The only user who sees it, on ephemeral messages. */
  ephemeralFor?: string;
  isFromApp: boolean;
  isStreaming: boolean;
}

/** The message as the Web API and interaction payloads show it. */
export function toApiMessage(message: Message, appId: string, botId: string): Json {
  const lastEdit = message.edits.at(-1);
  const author = message.isFromApp ? { bot_id: botId, app_id: appId } : {};
  return {
    type: 'message',
    user: message.user,
    ...author,
    text: message.text,
    ts: message.ts,
    ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.files.length > 0 ? { files: message.files } : {}),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    ...(message.reactions.length > 0 ? { reactions: message.reactions } : {}),
    ...(lastEdit && message.blocks.length === 0
      ? { edited: { user: message.user, ts: `${Math.floor(lastEdit.replacedAt / 1000)}.000000` } }
      : {}),
  };
}
