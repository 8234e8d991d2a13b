import type { WebClient } from '@slack/web-api';
import type { Logger } from '../shared/logger.ts';
import { pause } from '../timers/pause.ts';
import type { Prompt } from '../views/prompts.ts';
import type { Call, MessagePlace } from './place.ts';
import { slackFailure } from './slack-failure.ts';
import type { ChatTimings } from './timings.ts';

/**
 * What Slack shows of an app beside its messages. Each part is an addition: where a workspace has no agent view, or
 * refused the right to it, answers and progress are messages as ever. Nothing here rejects.
 */
export interface AgentView {
  /** Suggests what to ask in a direct message; replaces what was suggested there. */
  suggest(channel: string, prompts: readonly Prompt[]): Promise<void>;
  /** Does the work; in a thread a status says that it goes on, when it takes longer than a moment. */
  whileWorking<T>(place: MessagePlace, work: () => Promise<T>): Promise<T>;
}

const STATUS = 'is looking …';

/** Opens the way over the sender's client and its `call`. What Slack refuses for good is not asked again. */
export function openAgentView(
  client: WebClient,
  call: Call,
  { timings, log }: { timings: ChatTimings; log: Logger },
): AgentView {
  const refused = new Set<string>();

  async function ask(method: string, channel: string, options: Record<string, unknown>) {
    if (refused.has(method)) return;
    try {
      await call(channel, () => client.apiCall(method, { channel_id: channel, ...options }));
    } catch (error) {
      const failure = slackFailure((error as { cause?: unknown }).cause ?? error);
      if (failure.kind === 'refused') refused.add(method);
      log.info({ method, reason: failure.reason }, 'Slack did not take what is beside messages');
    }
  }

  return {
    suggest: (channel, prompts) =>
      ask('assistant.threads.setSuggestedPrompts', channel, { prompts }),
    async whileWorking({ channel, threadTs }, work) {
      if (threadTs === undefined) return work();
      const say = (status: string) =>
        ask('assistant.threads.setStatus', channel, { thread_ts: threadTs, status });
      const ended = new AbortController();
      const said = pause(timings.statusAfterMs, ended.signal).then(
        () => (ended.signal.aborted ? false : say(STATUS).then(() => true)),
        () => false,
      );
      try {
        return await work();
      } finally {
        ended.abort();
        // What is seen by one person alone takes no status away.
        if (await said) await say('');
      }
    },
  };
}
