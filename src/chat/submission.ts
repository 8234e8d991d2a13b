import type { ModalView } from '../blocks/block.ts';
import type { Answer } from '../views/answer.ts';
import type { AskedAt } from './place.ts';

/** What a person chose, by block: the value, the values, or null for nothing. */
export type FormValues = Readonly<Record<string, string | readonly string[] | null>>;

/** A form was sent off. */
export interface Submission {
  viewId: string;
  /** What stood in `private_metadata`. */
  token: string;
  user: string;
  /** Their handle. */
  userName: string;
  values: FormValues;
}

/** What Slack is to do with the form. */
export type Acknowledgement =
  | undefined
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: ModalView };

export interface SubmissionResult {
  acknowledgement: Acknowledgement;
  /** What is left to do once the form knows. */
  afterwards?: () => Promise<void>;
}

/** Shows at a block why nothing was done. */
export const refuse = (block: string, why: string): SubmissionResult => ({
  acknowledgement: { response_action: 'errors', errors: { [block]: why } },
});

export const closed: SubmissionResult = { acknowledgement: undefined };

/** Who sent a form, as who asks in a channel. */
export const askedFor = ({ user, userName }: Submission, channel: string): AskedAt => ({
  channel,
  user,
  userName,
});

/** An answer in the one line that a field has for it. */
export function textOf(answer: Answer): string {
  if (answer.kind === 'problem') {
    return [answer.message, answer.hint, 'Nothing was changed.'].filter(Boolean).join(' ');
  }
  return answer.kind === 'notice'
    ? `${answer.message} Nothing was changed.`
    : 'Nothing was changed.';
}
