import { z } from 'zod';
import { weekdays } from '../ports/digest-schedule.ts';
import { severities } from '../rules/rule.ts';
import { access, rates } from './access-file.ts';
import { fileDefaults } from './file-defaults.ts';
import { policyFile } from './policy-file.ts';
import { hostSchemes } from './settings.ts';
import { slackId } from './slack-id.ts';

// The YAML file, declared once: reading and documentation. Messages say what a value must be and
// never repeat it.

const filled = z.string().min(1, 'must not be empty');
const tls = z.strictObject({
  ca: filled.describe('PEM file that the engine is verified with; relative to this file.'),
  cert: filled.describe('PEM file with the certificate that Seawall shows.'),
  key: filled.describe('PEM file with its key.'),
});

const host = z.strictObject({
  name: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u, 'must be a word of letters, digits and . _ -')
    .refine((name) => name.toLowerCase() !== 'all', 'must not be "all", which means every host')
    .describe('What people call it in commands.'),
  url: z
    .string()
    .regex(hostSchemes, 'must start with unix://, tcp:// or ssh://')
    .describe('`unix:///path`, `tcp://host:port` or `ssh://user@host`.'),
  tls: tls.optional().describe('Mutual TLS, for `tcp://` only.'),
  default: z.boolean().default(false).describe('The host meant when a command names none.'),
  labels: z
    .record(filled, z.string())
    .default({})
    .describe(
      'Free words by name. What `remark` says stands behind the name of the host in answers.',
    ),
  evidence: z
    .enum(['api', 'files', 'kernel'])
    .default('api')
    .describe(
      'How deep Seawall may look, see evidence-levels.md; `api` reads and does nothing else.',
    ),
  watch: z
    .boolean()
    .default(true)
    .describe(
      'Whether Seawall listens to the events of the engine, so that it knows containers that came and went between two scans; see [watching](watching.md).',
    ),
  busybox: filled
    .optional()
    .describe(
      "Static busybox for the engine's machine, which the level `kernel` runs; relative to this file. `/usr/bin/busybox` or `/bin/busybox` when left out.",
    ),
  scanSeconds: z
    .number()
    .int()
    .min(10, 'must be 10 to 3600')
    .max(3600, 'must be 10 to 3600')
    .default(fileDefaults.host.scanSeconds)
    .describe('How long one scan of the host may take; what was not read by then is unknown.'),
  callSeconds: z
    .number()
    .int()
    .min(1, 'must be 1 to 600')
    .max(600, 'must be 1 to 600')
    .default(fileDefaults.host.callSeconds)
    .describe(
      'How long the engine may take for one call; what it did not answer by then is unknown.',
    ),
  probeStartSeconds: z
    .number()
    .int()
    .min(1, 'must be 1 to 600')
    .max(600, 'must be 1 to 600')
    .default(fileDefaults.host.probeStartSeconds)
    .describe(
      'How long the engine may take to start the probe of the level `kernel`. One that takes longer is left alone for a minute, then longer each time, up to an hour.',
    ),
});

const digest = z.strictObject({
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 09:00')
    .describe('Local time, `HH:MM`.'),
  timezone: z
    .string()
    .refine(isTimezone, 'must be a time zone like Europe/Berlin')
    .default('UTC')
    .describe('Time zone of that time, e.g. `Europe/Berlin`.'),
  days: z
    .array(z.enum(weekdays))
    .min(1, 'must name a day')
    .default([...weekdays])
    .describe('Days on which it is posted.'),
});

const digests = z.strictObject({
  catchUpHours: z
    .number()
    .int()
    .min(1, 'must be 1 to 12')
    .max(12, 'must be 1 to 12')
    .default(fileDefaults.digests.catchUpHours)
    .describe(
      'How late a digest may be after a pause, in hours; later than that its day is missed.',
    ),
});

const days = (byDefault: number) =>
  z
    .number()
    .int()
    .min(1, 'must be at least 1')
    .max(36_500, 'must be at most 36500')
    .default(byDefault);

const history = z.strictObject({
  keepDays: days(fileDefaults.history.keepDays).describe(
    'How long what is over is kept, in days: containers that are gone, findings that were closed, scans, alerts; see [the database](database.md).',
  ),
  auditKeepDays: days(fileDefaults.history.auditKeepDays).describe(
    'How long the audit is kept in the database, in days; then it moves to the file below.',
  ),
  auditFile: filled
    .optional()
    .describe(
      'File that takes the audit over, one JSON object a line, only ever added to; relative to this file. Beside the database, with `.audit.jsonl` behind its name, when left out.',
    ),
});

const alerts = z.strictObject({
  severity: z.enum(severities).describe('Least severity that is worth a message.'),
  perHour: z
    .number()
    .int()
    .min(1, 'must be 1 to 500')
    .max(500, 'must be 1 to 500')
    .default(20)
    .describe(
      'Messages of alerts that the channel gets in an hour at most; what goes beyond is counted in one.',
    ),
});

const channel = z.strictObject({
  id: slackId('CGD', 'the id of a channel, like C0123456789').describe('Id of the channel.'),
  hosts: z
    .array(z.string())
    .min(1, 'must name a host')
    .optional()
    .describe(
      'Hosts that the channel is about; every host when left out. Nobody can ask for another host ' +
        'there, except who holds the permission in person or by user group.',
    ),
  digest: digest.optional().describe('Daily summary in this channel.'),
  alerts: alerts.optional().describe('Messages about what just happened.'),
});

const operators = z.strictObject({
  channel: slackId('CGD', 'the id of a channel, like C0123456789').describe('Id of the channel.'),
});

const owners = z.strictObject({
  label: filled.describe('Container label that tells who owns it, e.g. `com.example.team`.'),
  groups: z
    .record(filled, slackId('S', 'the id of a user group, like S0123456789'))
    .default({})
    .describe('Id of the Slack user group to mention, by value of the label.'),
});

/** The whole file. Unknown keys are mistakes at every level. */
export const settingsFile = z.strictObject({
  hosts: z
    .array(host)
    .default(fileDefaults.hosts)
    .describe('Docker hosts; without any, the one of `DOCKER_HOST`.'),
  channels: z
    .array(channel)
    .default(fileDefaults.channels)
    .describe('Channels that get more than answers.'),
  digests: digests.prefault({}).describe('What holds for every digest; see [digests](digest.md).'),
  history: history.prefault({}).describe('What is kept of the past.'),
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
    .describe('What the team wants; see [the policy](policy.md) for the reason of each default.'),
});

export type SettingsFile = z.output<typeof settingsFile>;
export type ChannelSettings = SettingsFile['channels'][number];

/** A file with everything in it, for the settings page; a test reads it. */
export const settingsFileExample = `hosts:
  - name: web-1
    url: ssh://seawall@web-1.example
    default: true
    labels: {team: shop}
    watch: false
  - name: ci
    url: tcp://ci.example:2376
    tls: {ca: tls/ca.pem, cert: tls/cert.pem, key: tls/key.pem}
    evidence: kernel
    busybox: tools/busybox-arm64
    scanSeconds: 300
    callSeconds: 30
    probeStartSeconds: 60
channels:
  - id: C0123456789
    hosts: [web-1]
    digest: {at: "09:00", timezone: Europe/Berlin, days: [mon, tue, wed, thu, fri]}
    alerts: {severity: high}
digests:
  catchUpHours: 6
history: {keepDays: 400, auditKeepDays: 400, auditFile: audit.jsonl}
operators: {channel: C0987654321}
access:
  view: [everyone]
  operate: [C0123456789, S0123456789]
  approve: [U0123456789]
  teams: [T0123456789]
rates:
  user: {requests: 60, scans: 10}
  channel: {requests: 200, scans: 20}
owners:
  label: com.example.team
  groups: {payments: S0123456789}
policy:
  registries: [registry.example, docker.io/library]
  allowsLocalImages: false
  imageAgeDaysMax: 90
  privilegedPortExceptions: {edge/proxy: [80, 443]}
  declaredPorts: {shop/web: [8080/tcp]}
  ulimits: {nofile: {soft: 1024, hard: 4096}}
  trustedDockerGroupUsers: [deploy]
  isSwarmWanted: false
`;

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
