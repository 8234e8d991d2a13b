import { table } from '../../../src/shared/table.ts';
import { assistantHandlers } from './assistant.ts';
import { baseHandlers } from './base.ts';
import type { Handler } from './call.ts';
import { chatHandlers } from './chat.ts';
import { conversationHandlers } from './conversations.ts';
import { fileHandlers } from './files.ts';
import { oauthHandlers } from './oauth.ts';
import { otherHandlers } from './other.ts';
import { scheduledHandlers } from './scheduled.ts';
import { stepHandlers } from './steps.ts';
import { streamHandlers } from './streams.ts';
import { userHandlers } from './users.ts';
import { viewHandlers } from './views.ts';

/** Every Web API method that the workspace offers, by its name. */
export const handlers = table<Handler>({
  ...assistantHandlers,
  ...baseHandlers,
  ...userHandlers,
  ...conversationHandlers,
  ...chatHandlers,
  ...scheduledHandlers,
  ...stepHandlers,
  ...streamHandlers,
  ...viewHandlers,
  ...fileHandlers,
  ...otherHandlers,
  ...oauthHandlers,
});
