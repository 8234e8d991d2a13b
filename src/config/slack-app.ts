/** Why the Slack app asks for a right, and what is lost where it is refused. */
export interface ScopeReason {
  scope: string;
  neededFor: string;
  /** Null for a scope without which Seawall does not work. */
  without: string | null;
}

export interface EventReason {
  event: string;
  neededFor: string;
  /** One of these must be granted for Slack to send it; empty when none is needed. */
  scopes: readonly string[];
}

/** Bot scopes: the only list, from which manifest and page are made. */
export const botScopes = [
  {
    scope: 'commands',
    neededFor: 'the slash command `/seawall`, and “Ask Seawall about this” on a message',
    without: null,
  },
  {
    scope: 'chat:write',
    neededFor: 'answers, digests and notices in channels that the bot was invited to',
    without: null,
  },
  { scope: 'app_mentions:read', neededFor: 'lines that begin with `@Seawall`', without: null },
  {
    scope: 'im:history',
    neededFor: 'lines in a direct message to the bot',
    without: 'Direct messages to the bot are not answered.',
  },
  {
    scope: 'channels:read',
    neededFor:
      'hearing that the bot was invited to a public channel; `doctor`, to look whether it is in those of the settings',
    without:
      'The bot does not introduce itself in public channels, and `doctor` knows nothing of them.',
  },
  {
    scope: 'groups:read',
    neededFor: 'the same of private channels',
    without:
      'The bot does not introduce itself in private channels, and `doctor` knows nothing of them.',
  },
  {
    scope: 'channels:history',
    neededFor: 'finding a message in a public channel whose confirmation from Slack was lost',
    without: 'Such a message may be posted twice.',
  },
  {
    scope: 'groups:history',
    neededFor: 'the same in a private channel',
    without: 'Such a message may be posted twice.',
  },
  {
    scope: 'files:write',
    neededFor: 'files of `export`, and pictures',
    without: 'The answer names the line that gives the file in a terminal, and has no picture.',
  },
  {
    scope: 'files:read',
    neededFor: 'waiting until Slack can show a picture that was uploaded',
    without: 'Pictures are left out.',
  },
  {
    scope: 'assistant:write',
    neededFor: 'questions to begin with, in the conversation with the bot',
    without: 'No questions are suggested there; `help` and the Home tab name them.',
  },
  {
    scope: 'usergroups:read',
    neededFor: 'user groups (`S…`) under `access` in the settings',
    without: 'A user group grants nothing, and refusals say so.',
  },
  {
    scope: 'users:read',
    neededFor:
      'the time zone of who asks, for times such as `at 3am`, and the name under which a typed decision is kept',
    without:
      'Such times are in the time zone of the channel’s digest, else in UTC; a decision that was typed in a message is kept under the id.',
  },
] as const satisfies readonly ScopeReason[];

export const botEvents = [
  {
    event: 'app_mention',
    neededFor: 'a mention is a command line, answered in its thread',
    scopes: ['app_mentions:read'],
  },
  {
    event: 'message.im',
    neededFor: 'a direct message is a command line',
    scopes: ['im:history'],
  },
  {
    event: 'app_home_opened',
    neededFor: 'the Home tab shows what is known now, and the conversation what could be asked',
    scopes: [],
  },
  {
    event: 'member_joined_channel',
    neededFor:
      'one introduction when the bot comes into a channel; who else joins is not looked at',
    scopes: ['channels:read', 'groups:read'],
  },
  {
    event: 'app_uninstalled',
    neededFor: 'stopping: nothing is posted any more, and what only made sense there is deleted',
    scopes: [],
  },
  { event: 'tokens_revoked', neededFor: 'the same, when the bot token was revoked', scopes: [] },
] as const satisfies readonly EventReason[];

/** Lets a person ask about a message of Seawall. */
export const messageShortcut = {
  type: 'message',
  name: 'Ask Seawall about this',
  callback_id: 'ask_about_message',
  description: 'Ask about what this message says',
} as const;
