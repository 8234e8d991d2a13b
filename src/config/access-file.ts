import { z } from 'zod';
import { between, slackId } from './values.ts';

// The blocks `access` and `rates` of the YAML file: who may ask in Slack, and how often.

const grantee = z
  .string()
  .regex(
    /^(everyone|[UWSCGD][A-Z0-9]{2,})$/,
    'must be the id of a user (U…, W…), a user group (S…) or a channel (C…, G…, D…), or everyone',
  );

/** The word `everyone` may stand alone, without the list. */
const grantees = (byDefault: string[], text: string, example: string[]) =>
  z
    .preprocess(
      (value) => (value === 'everyone' ? [value] : value),
      z
        .array(grantee)
        .default(byDefault)
        .meta({ examples: [example] }),
    )
    .describe(text);

export const access = z.strictObject({
  view: grantees(['everyone'], 'Who may ask.', ['everyone']),
  operate: grantees(
    ['everyone'],
    'Who may start a scan or a digest, stop one of somebody else, and acknowledge, assign and snooze alerts.',
    ['C0123456789', 'S0123456789'],
  ),
  approve: grantees([], 'Who may accept risks and change settings.', ['U0123456789']),
  teams: z
    .array(
      slackId('TE', 'the id of a workspace (T…) or of an organisation of Enterprise Grid (E…)'),
    )
    .default([])
    .describe(
      'Other Slack workspaces and organisations whose people may ask, in channels that are shared with ' +
        'them; what they may is said above. People of any other are refused, whatever `everyone` says.',
    )
    .meta({ examples: [['T0123456789']] }),
});

const perMinute = (byDefault: number, text: string) =>
  between(1, 10_000)
    .default(byDefault)
    .describe(text)
    .meta({ examples: [2 * byDefault] });

export const rates = z.strictObject({
  user: z
    .strictObject({
      requests: perMinute(30, 'Whatever is typed, pressed or sent off.'),
      scans: perMinute(4, 'What makes engines work: `scan`, `digest now`, `whoami`.'),
    })
    .prefault({})
    .describe('By one person.'),
  channel: z
    .strictObject({
      requests: perMinute(120, 'As above, by all together.'),
      scans: perMinute(12, 'As above, by all together.'),
    })
    .prefault({})
    .describe('In one channel.'),
});
