import { z } from 'zod';
import { fileDefaults } from './file-defaults.ts';
import { slackId } from './slack-id.ts';

// The blocks `access` and `rates` of the YAML file: who may ask in Slack, and how often.

const grantee = z
  .string()
  .regex(
    /^(everyone|[UWSCGD][A-Z0-9]{2,})$/,
    'must be the id of a user (U…, W…), a user group (S…) or a channel (C…, G…, D…), or everyone',
  );

/** The word `everyone` may stand alone, without the list. */
const grantees = (byDefault: string[], text: string) =>
  z
    .preprocess(
      (value) => (value === 'everyone' ? [value] : value),
      z.array(grantee).default(byDefault),
    )
    .describe(text);

const { access: byDefault, rates: ratesByDefault } = fileDefaults;
export const access = z.strictObject({
  view: grantees(byDefault.view, 'Who may ask.'),
  operate: grantees(byDefault.operate, 'Who may start a scan or a digest.'),
  approve: grantees(byDefault.approve, 'Who may accept risks and change settings.'),
  teams: z
    .array(
      slackId('TE', 'the id of a workspace (T…) or of an organisation of Enterprise Grid (E…)'),
    )
    .default(byDefault.teams)
    .describe(
      'Other Slack workspaces and organisations whose people may ask, in channels that are shared with ' +
        'them; what they may is said above. People of any other are refused, whatever `everyone` says.',
    ),
});

const perMinute = (byDefaultIs: number, text: string) =>
  z
    .number()
    .int()
    .min(1, 'must be 1 to 10000')
    .max(10_000, 'must be 1 to 10000')
    .default(byDefaultIs)
    .describe(text);

export const rates = z.strictObject({
  user: z
    .strictObject({
      requests: perMinute(ratesByDefault.user.requests, 'Whatever is typed, pressed or sent off.'),
      scans: perMinute(
        ratesByDefault.user.scans,
        'What makes engines work: `scan`, `digest now`, `whoami`.',
      ),
    })
    .prefault({})
    .describe('By one person.'),
  channel: z
    .strictObject({
      requests: perMinute(ratesByDefault.channel.requests, 'As above, by all together.'),
      scans: perMinute(ratesByDefault.channel.scans, 'As above, by all together.'),
    })
    .prefault({})
    .describe('In one channel.'),
});
