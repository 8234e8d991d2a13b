import type { AnswerBase } from './answer-base.ts';
import type { HostState } from './host-state.ts';

/** What a channel is told when the bot comes into it. */
export interface IntroductionAnswer extends AnswerBase {
  kind: 'introduction';
  /** Hosts that the channel is about. */
  hosts: HostState[];
}
