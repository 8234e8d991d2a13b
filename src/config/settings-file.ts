import { z } from 'zod';
import { weekdays } from '../ports/digest-store.ts';
import { severities } from '../rules/rule.ts';
import { MINUTE_MS } from '../shared/time.ts';
import { access, rates } from './access-file.ts';
import { edges } from './edges-file.ts';
import { feeds } from './feeds-file.ts';
import { policyFile } from './policy-file.ts';
import { hostSchemes } from './settings.ts';
import { between, filled, isDuration, isTimezone, slackId } from './values.ts';

// The YAML file, declared once: the values and defaults of `Settings`, the example and the pages follow
// from it. What has no default has an example. Messages say what a value must be and never repeat it.

const tls = z.strictObject({
  ca: filled
    .describe('PEM file that the engine is verified with; relative to this file.')
    .meta({ examples: ['tls/ca.pem'] }),
  cert: filled
    .describe('PEM file with the certificate that Seawall shows.')
    .meta({ examples: ['tls/cert.pem'] }),
  key: filled.describe('PEM file with its key.').meta({ examples: ['tls/key.pem'] }),
});

const host = z.strictObject({
  name: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u, 'must be a word of letters, digits and . _ -')
    .refine((name) => name.toLowerCase() !== 'all', 'must not be "all", which means every host')
    .describe('What people call it in commands.')
    .meta({ examples: ['web-1'] }),
  url: z
    .string()
    .regex(hostSchemes, 'must start with unix://, tcp:// or ssh://')
    .describe('`unix:///path`, `tcp://host:port` or `ssh://user@host`.')
    .meta({ examples: ['tcp://web-1.example:2376'] }),
  tls: tls.optional().describe('Mutual TLS, for `tcp://` only.'),
  default: z
    .boolean()
    .default(false)
    .describe('The host meant when a command names none.')
    .meta({ examples: [true] }),
  labels: z
    .record(filled, z.string())
    .default({})
    .describe(
      'Free words by name. What `remark` says stands behind the name of the host in answers.',
    )
    .meta({ examples: [{ team: 'shop' }] }),
  evidence: z
    .enum(['api', 'files', 'kernel'])
    .default('api')
    .describe(
      'How deep Seawall may look, see evidence-levels.md; `api` reads and does nothing else.',
    )
    .meta({ examples: ['kernel'] }),
  inventory: z
    .enum(['os', 'full'])
    .default('os')
    .describe(
      'What is read of images: `os` the packages of their systems; `full` also those of languages and programs built from source, for which the whole file system of each image is read once; see [exposure](exposure.md).',
    )
    .meta({ examples: ['full'] }),
  watch: z
    .boolean()
    .default(true)
    .describe(
      'Whether Seawall listens to the events of the engine, so that it knows containers that came and went between two scans; see [watching](watching.md).',
    )
    .meta({ examples: [false] }),
  busybox: filled
    .optional()
    .describe(
      "Static busybox for the engine's machine, which the level `kernel` runs; relative to this file. `/usr/bin/busybox` or `/bin/busybox` when left out.",
    )
    .meta({ examples: ['tools/busybox-arm64'] }),
  scanSeconds: between(10, 3600)
    .default(60)
    .describe('How long one scan of the host may take; what was not read by then is unknown.')
    .meta({ examples: [300] }),
  callSeconds: between(1, 600)
    .default(10)
    .describe(
      'How long the engine may take for one call; what it did not answer by then is unknown.',
    )
    .meta({ examples: [30] }),
  probeStartSeconds: between(1, 600)
    .default(20)
    .describe(
      'How long the engine may take to start the probe of the level `kernel`. One that takes longer is left alone for a minute, then longer each time, up to an hour.',
    )
    .meta({ examples: [60] }),
});

const digest = z.strictObject({
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 09:00')
    .describe('Local time, `HH:MM`.')
    .meta({ examples: ['09:00'] }),
  timezone: z
    .string()
    .refine(isTimezone, 'must be a time zone like Europe/Berlin')
    .default('UTC')
    .describe('Time zone of that time, e.g. `Europe/Berlin`.')
    .meta({ examples: ['Europe/Berlin'] }),
  days: z
    .array(z.enum(weekdays))
    .min(1, 'must name a day')
    .default([...weekdays])
    .describe('Days on which it is posted.')
    .meta({ examples: [['mon', 'tue', 'wed', 'thu', 'fri']] }),
});

const digests = z.strictObject({
  catchUpHours: between(1, 12)
    .default(6)
    .describe(
      'How late a digest may be after a pause, in hours; later than that its day is missed.',
    )
    .meta({ examples: [4] }),
});

const scans = z.strictObject({
  every: z
    .string()
    .refine(
      (text) => text === 'off' || isDuration(text, 5 * MINUTE_MS),
      'must be off, or a duration of at least 5m such as 6h',
    )
    .default('6h')
    .describe(
      'How old the newest scan of a host may get before it is scanned again. Each host is also scanned when Seawall starts, and when it falls silent or comes back. `off`: only when somebody asks, and for digests.',
    )
    .meta({ examples: ['2h'] }),
});

const days = (byDefault: number) =>
  z
    .number()
    .int()
    .min(1, 'must be at least 1')
    .max(36_500, 'must be at most 36500')
    .default(byDefault);

const history = z.strictObject({
  keepDays: days(400)
    .describe(
      'How long what is over is kept, in days: containers that are gone, findings that were closed, scans, alerts; see [the database](database.md).',
    )
    .meta({ examples: [180] }),
  auditKeepDays: days(400)
    .describe(
      'How long the audit is kept in the database, in days; then it moves to the file below.',
    )
    .meta({ examples: [730] }),
  auditFile: filled
    .optional()
    .describe(
      'File that takes the audit over, one JSON object a line, only ever added to; relative to this file. Beside the database, with `.audit.jsonl` behind its name, when left out.',
    )
    .meta({ examples: ['audit.jsonl'] }),
});

const alerts = z.strictObject({
  severity: z
    .enum(severities)
    .describe('Lowest severity that is sent as a message.')
    .meta({ examples: ['high'] }),
  perHour: between(1, 500)
    .default(20)
    .describe(
      'Messages of alerts that the channel gets in an hour at most; what goes beyond is counted in one.',
    )
    .meta({ examples: [40] }),
});

const channel = z.strictObject({
  id: slackId('CGD', 'the id of a channel, like C0123456789')
    .describe('Id of the channel.')
    .meta({ examples: ['C0123456789'] }),
  hosts: z
    .array(z.string())
    .min(1, 'must name a host')
    .optional()
    .describe(
      'Hosts that the channel is about, by name or by label (`team=shop`; `team=shop,env=prod` is both); ' +
        'every host when left out. Nobody can ask for another host ' +
        'there, except who holds the permission in person or by user group.',
    )
    .meta({ examples: [['web-1']] }),
  digest: digest.optional().describe('Daily summary in this channel.'),
  alerts: alerts.optional().describe('Messages about what just happened.'),
});

const fleet = z.strictObject({
  groupBy: filled
    .optional()
    .describe(
      'Label of hosts by which digests and `hosts` count them in groups; of many hosts the one that most of them have when left out.',
    )
    .meta({ examples: ['team'] }),
});

const operators = z.strictObject({
  channel: slackId('CGD', 'the id of a channel, like C0123456789')
    .describe('Id of the channel.')
    .meta({ examples: ['C0987654321'] }),
});

const owners = z.strictObject({
  label: filled
    .describe('Container label that tells who owns it, e.g. `com.example.team`.')
    .meta({ examples: ['com.example.team'] }),
  groups: z
    .record(filled, slackId('S', 'the id of a user group, like S0123456789'))
    .default({})
    .describe('Id of the Slack user group to mention, by value of the label.')
    .meta({ examples: [{ payments: 'S0123456789' }] }),
});

const ask = z.strictObject({
  keepMisses: z
    .boolean()
    .default(false)
    .describe(
      'Whether a person may keep the text of a question that Seawall did not understand, by a button. Without it such questions are only counted.',
    )
    .meta({ examples: [true] }),
});

/** Some of it; each key is on the page of the policy. */
export const policyExample = {
  registries: ['registry.example', 'docker.io/library'],
  allowsLocalImages: false,
  imageAgeDaysMax: 90,
  privilegedPortExceptions: { 'edge/proxy': [80, 443] },
  declaredPorts: { 'shop/web': ['8080/tcp'] },
  ulimits: { nofile: { soft: 1024, hard: 4096 } },
  trustedDockerGroupUsers: ['deploy'],
  isSwarmWanted: false,
};

/** The whole file. Unknown keys are mistakes at every level. */
export const settingsFile = z.strictObject({
  hosts: z.array(host).default([]).describe('Docker hosts; without any, the one of `DOCKER_HOST`.'),
  channels: z.array(channel).default([]).describe('Channels that get more than answers.'),
  fleet: fleet.prefault({}).describe('How many hosts are told together; see [a fleet](fleet.md).'),
  digests: digests.prefault({}).describe('What holds for every digest; see [digests](digest.md).'),
  scans: scans
    .prefault({})
    .describe('How often Seawall looks by itself; see [watching](watching.md#it-looks-by-itself).'),
  ask: ask.prefault({}).describe('Questions in plain English; see [questions](ask.md).'),
  history: history.prefault({}).describe('What is kept of the past.'),
  feeds: feeds
    .prefault({})
    .describe('What is fetched of known vulnerabilities; see [exposure](exposure.md).'),
  edges: edges
    .optional()
    .describe(
      'Where hosts connect that nobody can dial; without it none can be added. See [edges](edge.md).',
    ),
  operators: operators
    .optional()
    .describe('Where those who run Seawall are told what it cannot deliver; else only in the log.'),
  access: access
    .prefault({})
    .describe(
      'Ids of users, user groups and channels, or `everyone`. Approving includes operating, which ' +
        'includes viewing. User groups need the scope `usergroups:read`.',
    ),
  rates: rates
    .prefault({})
    .describe(
      'How much may be asked in Slack within a minute; who asks more is told when to ask again.',
    ),
  owners: owners
    .optional()
    .describe(
      'Who is mentioned in a digest for what is new or worse. Of labels only this is kept.',
    ),
  policy: policyFile
    .prefault({})
    .describe('What the team wants; see [the policy](policy.md) for the reason of each default.')
    .meta({ examples: [policyExample] }),
});

export type SettingsFile = z.output<typeof settingsFile>;
