import { ErrorCode } from '@slack/web-api';
import { slackFailure } from '../../src/chat/slack-failure.ts';

const said = (error: string) =>
  slackFailure({
    code: ErrorCode.PlatformError,
    message: `An API error occurred: ${error}`,
    data: { ok: false, error },
  });

test.each([
  'service_unavailable',
  'team_added_to_org',
  'message_limit_exceeded',
  'external_channel_migrating',
  'update_failed',
  'internal_error',
  'fatal_error',
  'request_timeout',
])('%s passes', (error) => {
  expect(said(error)).toEqual({ kind: 'retry', reason: error });
});

test.each([
  ['accesslimited', 'app'],
  ['access_denied', 'app'],
  ['two_factor_setup_required', 'app'],
  ['token_revoked', 'app'],
  ['is_archived', 'channel'],
  ['is_inactive', 'channel'],
  ['invalid_blocks', 'message'],
  ['msg_too_long', 'message'],
  ['message_not_found', 'message'],
  ['edit_window_closed', 'message'],
  ['restricted_action_thread_locked', 'message'],
  ['metadata_must_be_sent_from_app', 'message'],
  ['streaming_state_conflict', 'message'],
  ['unable_to_share_files', 'message'],
  ['user_not_in_channel', 'message'],
  ['user_not_found', 'message'],
  ['team_not_found', 'app'],
  ['a_word_of_next_year', 'unknown'],
])('%s is a refusal of scope %s', (error, scope) => {
  expect(said(error)).toEqual({ kind: 'refused', reason: error, scope });
});
