import { inspect } from 'node:util';
import { loadSettings, type Settings } from '../../src/config/load-settings.ts';
import { SettingsError } from '../../src/config/mistakes.ts';
import { requireSlack } from '../../src/config/require-slack.ts';
import { variables } from '../../src/config/settings.ts';
import {
  type Declaration,
  settingsExample,
  settingsSchema,
} from '../../src/config/settings-example.ts';
import { policyExample } from '../../src/config/settings-file.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { UserError } from '../../src/shared/errors.ts';

type Environment = Record<string, string>;

async function load(yaml: string | null, environment: Environment = {}): Promise<Settings> {
  const readFile = (path: string) => (path === '/etc/seawall/seawall.yml' ? yaml : null);
  return loadSettings({ environment, readFile, guardOf: () => null, cwd: '/etc/seawall' });
}

/** One line per mistake, as the user sees them. */
async function mistakesIn(yaml: string | null, environment: Environment = {}): Promise<string[]> {
  try {
    await load(yaml, environment);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error('no mistake was found');
}

describe('a variable that is misspelled', () => {
  it.each([
    ['DATABSE_URL', 'DATABASE_URL'],
    ['SLACK_BOT_TOKN', 'SLACK_BOT_TOKEN'],
    ['SLACK_APP_TOKENS_FILE', 'SLACK_APP_TOKEN_FILE'],
    ['SEAWALL_CONFG', 'SEAWALL_CONFIG'],
    ['DOCKER_HOSTS', 'DOCKER_HOST'],
  ])('%s is told with the one that is meant', async (typed, meant) => {
    const [mistake] = await mistakesIn(null, { [typed]: 'a secret value' });

    expect(mistake).toMatch(new RegExp(`^${typed} is no setting: ${meant} is meant`));
    expect(mistake).not.toContain('a secret value');
  });

  it.each([
    [{ HTTP_PROXY: 'http://proxy' }],
    [{ POST: '1', HOSTS: 'a', SEAWALL_PORT: 'tcp://1.2.3.4:1' }],
    [{ DATABSE_URL: '' }],
    [{ LOGLEVEL: 'debug' }],
    [{ DATABASE_URI: 'of another' }],
    [{ SLACK_API_TOKEN: 'of another' }],
  ])('%j is of others', async (environment) => {
    await expect(load(null, environment)).resolves.toBeDefined();
  });
});

describe('settings without a file', () => {
  it('have a default for everything but Slack', async () => {
    const settings = await load(null);

    expect(settings).toMatchObject({
      slack: {
        botToken: null,
        signingSecret: null,
        appToken: null,
        apiUrl: 'https://slack.com/api/',
      },
      http: { port: 3000, host: '127.0.0.1' },
      logLevel: 'info',
      channels: [],
      access: { view: ['everyone'], operate: ['everyone'], approve: [], teams: [] },
      rates: { user: { requests: 30, scans: 4 }, channel: { requests: 120, scans: 12 } },
      owners: null,
      policy: defaultPolicy,
    });
    expect(settings.databaseUrl.reveal()).toBe('sqlite:./data/seawall.db');
    expect(settings.hosts).toEqual([
      {
        name: 'local',
        url: 'unix:///var/run/docker.sock',
        tls: undefined,
        isDefault: true,
        labels: {},
        evidence: 'api',
      },
    ]);
  });

  it('take an empty variable for an unset one, as .env.example has them', async () => {
    const empty = Object.fromEntries(Object.keys(variables).map((name) => [name, '']));

    expect(await load(null, empty)).toEqual(await load(null));
  });

  it('leave unknown variables alone: a cluster sets some of this name', async () => {
    await expect(load(null, { SEAWALL_PORT: 'tcp://10.0.0.1:3000' })).resolves.toBeDefined();
  });

  it.each([
    ['tcp://build.example:2375', 'build.example'],
    ['ssh://root@build', 'build'],
    ['tcp://[::1]:2375', '1'],
    ['unix:///run/user/1000/docker.sock', 'local'],
  ])('call the host of %s %s', async (url, name) => {
    expect((await load(null, { DOCKER_HOST: url })).hosts).toMatchObject([
      { name, url, tls: undefined },
    ]);
  });

  it('use TLS as docker does', async () => {
    const url = 'tcp://build:2376';
    const files = (folder: string) => ({
      ca: `${folder}/ca.pem`,
      cert: `${folder}/cert.pem`,
      key: `${folder}/key.pem`,
    });
    const tlsOf = async (environment: Environment) => (await load(null, environment)).hosts[0]?.tls;

    expect(await tlsOf({ DOCKER_HOST: url, DOCKER_TLS_VERIFY: '1', HOME: '/root' })).toEqual(
      files('/root/.docker'),
    );
    expect(
      await tlsOf({ DOCKER_HOST: url, DOCKER_TLS_VERIFY: '0', DOCKER_CERT_PATH: 'c' }),
    ).toEqual(files('/etc/seawall/c'));
    expect(await tlsOf({ DOCKER_HOST: url, DOCKER_CERT_PATH: '/c' })).toBeUndefined();
    expect(await tlsOf({ DOCKER_TLS_VERIFY: '1' })).toBeUndefined();
  });

  it('say all mistakes in the environment at once', async () => {
    const environment = {
      SLACK_BOT_TOKEN: 'xapp-1',
      SLACK_APP_TOKEN: 'xoxb-1',
      SLACK_API_URL: 'slack.com',
      PORT: '70000',
      DATABASE_URL: 'mysql://x',
      DOCKER_HOST: 'http://x',
      LOG_LEVEL: 'loud',
      SEAWALL_CONFIG: 'missing.yml',
    };

    expect(await mistakesIn(null, environment)).toEqual([
      'SLACK_BOT_TOKEN must be a bot token, which starts with xoxb-',
      'SLACK_APP_TOKEN must be an app-level token, which starts with xapp-',
      'SLACK_API_URL must be an http(s):// url',
      'PORT must be a port, 0 to 65535',
      'DATABASE_URL must be sqlite:PATH or postgres://…',
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent',
      'SEAWALL_CONFIG names a file that does not exist: /etc/seawall/missing.yml',
      'DOCKER_HOST must start with unix://, tcp:// or ssh://',
    ]);
  });

  describe('secrets in files', () => {
    const files: Readonly<Record<string, string>> = {
      '/run/secrets/bot': 'xoxb-planted\n',
      '/run/secrets/app': 'xoxb-not-this\n',
      '/run/secrets/empty': '\n',
      '/etc/seawall/signing': 'deadbeef',
    };
    const loadWith = (environment: Environment) =>
      loadSettings({
        environment,
        readFile(path) {
          if (path === '/run/secrets/closed') throw new Error('EACCES: permission denied');
          return files[path] ?? null;
        },
        guardOf: () => null,
        cwd: '/etc/seawall',
      });

    it('are read without the newline at their end, a relative path from where Seawall runs', async () => {
      const { slack } = await loadWith({
        SLACK_BOT_TOKEN_FILE: '/run/secrets/bot',
        SLACK_SIGNING_SECRET_FILE: 'signing',
        SLACK_APP_TOKEN_FILE: '',
      });

      expect(slack.botToken?.reveal()).toBe('xoxb-planted');
      expect(slack.signingSecret?.reveal()).toBe('deadbeef');
      expect(slack.appToken).toBeNull();
    });

    it.each([
      [{ SLACK_APP_TOKEN_FILE: '/run/secrets/app' }, 'must be an app-level token, which starts'],
      [{ SLACK_APP_TOKEN_FILE: '/nowhere' }, 'names a file that does not exist: /nowhere'],
      [{ SLACK_APP_TOKEN_FILE: '/run/secrets/empty' }, 'names an empty file: /run/secrets/empty'],
      [
        { SLACK_APP_TOKEN_FILE: '/run/secrets/closed' },
        'cannot be read: EACCES: permission denied',
      ],
      [
        { SLACK_APP_TOKEN: 'xapp-1', SLACK_APP_TOKEN_FILE: '/run/secrets/app' },
        'is set beside SLACK_APP_TOKEN; set one of them',
      ],
    ])(
      'that are wrong are a mistake with the name of the variable: %j',
      async (environment, text) => {
        const loading = loadWith(environment as Environment);

        await expect(loading).rejects.toThrow(SettingsError);
        await expect(loading).rejects.toThrow(`SLACK_APP_TOKEN_FILE ${text}`);
        await expect(loading).rejects.not.toThrow('xoxb-not-this');
      },
    );

    it('are for secrets alone', async () => {
      expect((await loadWith({ HOST_FILE: '/run/secrets/bot' })).http.host).toBe('127.0.0.1');
    });
  });

  it('say that the file cannot be read', async () => {
    const readFile = () => {
      throw new Error('EACCES: permission denied');
    };

    await expect(
      loadSettings({ environment: {}, readFile, guardOf: () => null, cwd: '/' }),
    ).rejects.toThrow('seawall.yml cannot be read: EACCES');
  });
});

describe('the YAML file', () => {
  it('can hold everything', async () => {
    const settings = await load(settingsExample());

    expect(settings.hosts).toEqual([
      expect.objectContaining({
        url: 'tcp://web-1.example:2376',
        tls: {
          ca: '/etc/seawall/tls/ca.pem',
          cert: '/etc/seawall/tls/cert.pem',
          key: '/etc/seawall/tls/key.pem',
        },
        isDefault: true,
        busybox: '/etc/seawall/tools/busybox-arm64',
        scanSeconds: 300,
      }),
    ]);
    expect(settings.history.auditFile).toBe('/etc/seawall/audit.jsonl');
    expect(settings).toMatchObject({
      operators: { channel: 'C0987654321' },
      channels: [
        {
          id: 'C0123456789',
          hosts: ['web-1'],
          digest: { at: '09:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] },
          alerts: { severity: 'high', perHour: 40 },
        },
      ],
      access: { operate: ['C0123456789', 'S0123456789'], approve: ['U0123456789'] },
      owners: { label: 'com.example.team', groups: { payments: 'S0123456789' } },
      policy: { ...defaultPolicy, ...policyExample },
    });
  });

  it('shows an example of every key', () => {
    const missing = (name: string, one: Declaration): string[] => {
      const inner = one.properties ?? one.items?.properties;
      if (one.examples !== undefined || name.startsWith('policy.')) return [];
      if (inner === undefined) return [name];
      return Object.entries(inner).flatMap(([key, value]) => missing(`${name}.${key}`, value));
    };

    expect(
      Object.entries(settingsSchema().properties ?? {}).flatMap(([key, one]) => missing(key, one)),
    ).toEqual([]);
  });

  it('has every key of the policy, and each default is allowed in the file', async () => {
    const written = `policy: ${JSON.stringify(defaultPolicy)}`;

    expect((await load(written)).policy).toEqual(defaultPolicy);
  });

  it('reads paths of the policy as the engine shows them', async () => {
    expect(
      (await load('policy: {sensitivePaths: [/var/run/keys/]}')).policy.sensitivePaths,
    ).toEqual(['/run/keys']);
  });

  it.each([
    ['registry: [a]', 'policy.registry is no setting; did you mean registries?'],
    ['registries: a', 'policy.registries must be a list'],
    ['imageAgeDaysMax: -1', 'policy.imageAgeDaysMax must not be negative'],
    ['imageAgeDaysMax: 1.5', 'policy.imageAgeDaysMax must be a whole number'],
    ['sensitivePaths: [etc]', 'policy.sensitivePaths[0] must be an absolute path'],
    ['declaredPorts: {web: [http]}', 'policy.declaredPorts.web[0] must be a port like "8080/tcp"'],
    ['ulimits: {nofile: {soft: 1}}', 'policy.ulimits.nofile.hard is missing'],
    [
      'ulimits: {nofile: {soft: -2, hard: 1}}',
      'policy.ulimits.nofile.soft must be -1 (unlimited) or more',
    ],
    ['imagesInUseShareMin: 2', 'policy.imagesInUseShareMin must be 0 to 1'],
    ['isSwarmWanted: "no"', 'policy.isSwarmWanted must be true or false'],
    [
      'componentBranches: [{component: dockerd, branch: "29"}]',
      'policy.componentBranches[0].component must be one of Engine, containerd, runc',
    ],
  ])('says what is wrong in policy: {%s}', async (policy, mistake) => {
    expect(await mistakesIn(`policy: {${policy}}`)).toEqual([expect.stringContaining(mistake)]);
  });

  it.each(['', '# nothing yet\n', '{}', 'hosts: []'])('may be empty: %j', async (yaml) => {
    expect(await load(yaml)).toEqual(await load(null));
  });

  it('takes precedence over DOCKER_HOST', async () => {
    const hosts = (await load('hosts: [{name: a, url: unix:///a}]', { DOCKER_HOST: 'npipe://x' }))
      .hosts;

    expect(hosts).toMatchObject([{ name: 'a', url: 'unix:///a' }]);
  });

  it.each([
    ['access: {teams: [everyone]}', 'access.teams[0]', 'must be the id of a workspace'],
    ['access: {teams: [C0123456789]}', 'access.teams[0]', 'must be the id of a workspace'],
    ['rates: {user: {requests: 0}}', 'rates.user.requests', 'must be 1 to 10000'],
    ['rates: {channel: {scans: 1e9}}', 'rates.channel.scans', 'must be 1 to 10000'],
    ['rates: {team: {scans: 1}}', 'rates.team', 'is no setting'],
  ])('is refused with %s', async (text, setting, why) => {
    await expect(load(text)).rejects.toThrow(`${setting} ${why}`);
  });

  it('may say one rate and leave the others', async () => {
    expect((await load('rates: {user: {scans: 9}}')).rates).toEqual({
      user: { requests: 30, scans: 9 },
      channel: { requests: 120, scans: 12 },
    });
  });

  it('may give everyone without a list', async () => {
    expect((await load('access: {view: everyone, operate: []}')).access).toEqual({
      view: ['everyone'],
      operate: [],
      approve: [],
      teams: [],
    });
  });

  it('may name the host of DOCKER_HOST in a channel', async () => {
    expect((await load('channels: [{id: C123, hosts: [local]}]')).channels).toHaveLength(1);
  });

  it('is told all its mistakes at once, with their places', async () => {
    const yaml = `hosts:
  - name: web-1
    url: http://web-1
    defalt: true
  - name: web-1
    url: unix:///a
    tls: {ca: a, cert: b, key: c}
    default: true
  - name: all
    default: true
channels:
  - {id: general, hosts: [web-11]}
acess: {}
`;

    expect(await mistakesIn(yaml)).toEqual([
      'seawall.yml:3:10: hosts[0].url must start with unix://, tcp:// or ssh://',
      'seawall.yml:4:5: hosts[0].defalt is no setting; did you mean default?',
      'seawall.yml:5:11: hosts[1].name is the same as hosts[0].name',
      'seawall.yml:7:5: hosts[1].tls has a meaning for tcp:// only',
      'seawall.yml:9:5: hosts[2].url is missing',
      'seawall.yml:9:11: hosts[2].name must not be "all", which means every host',
      'seawall.yml:10:14: hosts[2].default must be false: hosts[1] is the default already',
      'seawall.yml:12:10: channels[0].id must be the id of a channel, like C0123456789',
      'seawall.yml:12:27: channels[0].hosts[0] is no declared host; did you mean web-1?',
      'seawall.yml:13:1: acess is no setting; did you mean access?',
    ]);
  });

  it.each([
    ['hosts: {}', '1:8: hosts must be a list'],
    ['hosts:', '1:7: hosts must be a list'],
    ['hosts: [web-1]', '1:9: hosts[0] must be a block of keys'],
    ['- a', '1:1: must be a block of keys'],
    ['hosts: [{name: 7, url: unix:///a}]', '1:16: hosts[0].name must be text; quote it'],
    [
      'hosts: [{name: a, url: "tcp://a", tls: {ca: x, cert: y}}]',
      '1:40: hosts[0].tls.key is missing',
    ],
    [
      'hosts: [{name: a, url: unix:///a, evidence: kernal}]',
      'api, files, kernel; did you mean kernel?',
    ],
    ['hosts: [{name: a, url: unix:///a, labels: {b: 1}}]', '1:47: hosts[0].labels.b must be text'],
    ['channels: [{id: C123}, {id: C123}]', '1:29: channels[1].id is the same as channels[0].id'],
    ['operators: {channel: security}', 'operators.channel must be the id of a channel'],
    ['channels: [{id: C123, digest: {at: 9:00}}]', 'digest.at must be a time like 09:00'],
    ['channels: [{id: C123, digest: {at: "09:00", timezone: Mars}}]', 'must be a time zone like'],
    ['channels: [{id: C123, digest: {at: "09:00", days: [monday]}}]', 'days[0] must be one of mon'],
    ['channels: [{id: C123, alerts: {severity: hihg}}]', 'did you mean high?'],
    ['access: {view: [X0123]}', '1:17: access.view[0] must be the id of a user'],
    ['access: {approve: [bob]}', '1:20: access.approve[0] must be the id of a user'],
    ['access: {aprove: []}', '1:10: access.aprove is no setting; did you mean approve?'],
    ['owners: {groups: {a: S0123}}', '1:9: owners.label is missing'],
    ['owners: {label: team, group: {}}', '1:23: owners.group is no setting; did you mean groups?'],
    ['owners: {label: team, groups: {shop: C0123}}', 'owners.groups.shop must be the id of a user'],
    ['policy: {a: 1}', '1:10: policy.a is no setting'],
    ['a: 1\na: 2', '2:1: Map keys must be unique'],
    ['hosts: [', 'seawall.yml:1:'],
    ['hosts: *nobody', 'Unresolved alias'],
    ['__proto__: {x: 1}', '1:1: __proto__ is no setting'],
  ])('is told what is wrong with %j', async (yaml, mistake) => {
    const mistakes = await mistakesIn(yaml);

    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(mistake);
  });

  it('finds the place behind an alias', async () => {
    const yaml = 'hosts:\n  - &a {name: a, url: x}\n  - *a\n';

    expect(await mistakesIn(yaml)).toContain(
      'seawall.yml:2:23: hosts[1].url must start with unix://, tcp:// or ssh://',
    );
  });

  it('cannot fill the memory by its aliases', async () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const inner = level === 0 ? '"x"' : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array(9).fill(inner).join(', ')}]`;
    });

    expect(await mistakesIn(levels.join('\n'))).toEqual([
      expect.stringContaining('Excessive alias count'),
    ]);
  });
});

describe('a secret', () => {
  const secrets = {
    SLACK_BOT_TOKEN: 'xoxb-hunter2',
    SLACK_APP_TOKEN: 'xapp-hunter2',
    SLACK_SIGNING_SECRET: 'hunter2',
    DATABASE_URL: 'postgres://seawall:hunter2@db/seawall',
  };

  it('shows itself on request only', async () => {
    const settings = await load(null, secrets);

    expect(settings.slack.botToken?.reveal()).toBe('xoxb-hunter2');
    expect(inspect(settings, { depth: null, showHidden: true })).not.toContain('hunter2');
    expect(JSON.stringify(settings)).not.toContain('hunter2');
    expect(String(settings.databaseUrl)).toBe('[secret]');
  });

  it('is in no mistake', async () => {
    const wrong = Object.fromEntries(Object.keys(secrets).map((name) => [name, ' a hunter2 b']));

    const mistakes = await mistakesIn(null, wrong);

    expect(mistakes).toHaveLength(4);
    expect(mistakes.join()).not.toContain('hunter2');
  });

  it('is every variable that holds one', async () => {
    for (const [name, value] of Object.entries(secrets)) {
      expect(variables[name as keyof typeof secrets].isSecret).toBe(true);
      expect(await load(null, { [name]: value })).toBeDefined();
    }
  });
});

describe('what Slack needs', () => {
  const bot = { SLACK_BOT_TOKEN: 'xoxb-1' };
  const app = { SLACK_APP_TOKEN: 'xapp-1' };
  const signing = { SLACK_SIGNING_SECRET: 's' };

  it.each([
    ['http', { ...bot, ...signing }],
    ['socket', { ...bot, ...app }],
    ['socket', { ...bot, ...app, ...signing }],
  ])('gives %s mode', async (mode, environment) => {
    expect(requireSlack(await load(null, environment)).mode).toBe(mode);
  });

  it.each([
    [{}, ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET']],
    [bot, ['SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET']],
    [signing, ['SLACK_BOT_TOKEN']],
  ])('names what is missing beside %j', async (environment, names) => {
    const settings = await load(null, environment as Environment);
    const attempt = () => requireSlack(settings);

    expect(attempt).toThrow(UserError);
    for (const name of names) expect(attempt).toThrow(name);
  });
});
