import fc from 'fast-check';
import { exampleEngine } from '../../../src/rules/example-host.ts';
import { OutsideError } from '../../../src/shared/errors.ts';
import type { EngineFacts } from '../../../src/snapshot/facts/engine.ts';
import { daemonSettings, serviceCommand } from '../../../src/snapshot/normalise/daemon-settings.ts';

const settingsOf = (
  json: unknown,
  execStart = '',
  environment: Record<string, string> = {},
  engine: Partial<EngineFacts> = {},
) =>
  daemonSettings(
    json === null ? null : JSON.stringify(json),
    serviceCommand(
      [`ExecStart=/usr/bin/dockerd ${execStart}`],
      new Map(Object.entries(environment)),
    ),
    ['/etc/docker/daemon.json'],
    { ...exampleEngine, hasLiveRestore: false, ...engine },
  );

it('are null where nobody said anything', () => {
  const { sources, gaps, owner, ownPaths, ...values } = settingsOf({});

  expect(sources).toEqual(['/etc/docker/daemon.json']);
  expect(gaps).toEqual([]);
  expect(ownPaths).toEqual([{ path: '/usr/bin/dockerd', use: 'program' }]);
  expect(new Set(Object.values(owner).flat())).toEqual(new Set());
  expect(new Set(Object.values(values))).toEqual(new Set([null]));
  expect(settingsOf(null)).toEqual(settingsOf({}));
});

it('are those of daemon.json', () => {
  const json = {
    hosts: ['fd://', 'tcp://bob:secret@0.0.0.0:2376'],
    tlsverify: true,
    tlskey: '/etc/docker/key.pem',
    group: 'users',
    'log-level': 'debug',
    debug: false,
    'default-ulimits': { nofile: { Name: 'nofile', Soft: 1024, Hard: 2048 } },
    icc: false,
    proxies: { 'http-proxy': 'http://bob:secret@proxy' },
  };

  const settings = settingsOf(json);

  expect(settings).toMatchObject({
    hosts: ['fd://', 'tcp://0.0.0.0:2376'],
    verifiesClients: true,
    usesTls: null,
    tlsKeyPath: '/etc/docker/key.pem',
    socketGroup: 'users',
    logLevel: 'debug',
    isDebug: false,
    defaultUlimits: [{ name: 'nofile', soft: 1024, hard: 2048 }],
    allowsInterContainerTraffic: false,
  });
  expect(JSON.stringify(settings)).not.toContain('secret');
});

describe('the command line', () => {
  it.each([
    ['--tlskey /a/key.pem', { tlsKeyPath: '/a/key.pem' }],
    ['--tlskey=/a/key.pem', { tlsKeyPath: '/a/key.pem' }],
    ['--tlskey "/a b/key.pem"', { tlsKeyPath: '/a b/key.pem' }],
    [
      '-H fd:// --host=tcp://0.0.0.0:2375 -Hunix:///x',
      { hosts: ['fd://', 'tcp://0.0.0.0:2375', 'unix:///x'] },
    ],
    ['-D', { isDebug: true }],
    ['-DH tcp://0.0.0.0:2375', { isDebug: true, hosts: ['tcp://0.0.0.0:2375'] }],
    ['-DHtcp://0.0.0.0:2375 -D=false', { isDebug: false, hosts: ['tcp://0.0.0.0:2375'] }],
    ['-rH tcp://0.0.0.0:2375', { hosts: ['tcp://0.0.0.0:2375'] }],
    ['-rDHtcp://0.0.0.0:2375', { isDebug: true, hosts: ['tcp://0.0.0.0:2375'] }],
    ['--debug=false', { isDebug: false }],
    ['-l debug', { logLevel: 'debug' }],
    ['--log-level=warn', { logLevel: 'warn' }],
    ['--icc=false --iptables=0', { allowsInterContainerTraffic: false, managesIptables: false }],
    ['--tls --tlsverify', { usesTls: true, verifiesClients: true }],
    ['-G users', { socketGroup: 'users' }],
    [
      '--default-ulimit nofile=64:128 --default-ulimit=core=0',
      {
        defaultUlimits: [
          { name: 'nofile', soft: 64, hard: 128 },
          { name: 'core', soft: 0, hard: 0 },
        ],
      },
    ],
    ['--label secret=1 --log-opt tag=--debug', { isDebug: null, logLevel: null }],
    ['$OPTS', { isDebug: true, logLevel: 'warn' }],
  ])('%s', (execStart, expected) => {
    expect(settingsOf(null, execStart, { OPTS: '-D --log-level warn' })).toMatchObject(expected);
  });

  it('stands beside daemon.json, whose place it may name', () => {
    const command = serviceCommand(
      ['ExecStart=/usr/bin/dockerd --config-file=/srv/d.json'],
      new Map(),
    );

    expect(command.daemonJson).toBe('/srv/d.json');
    expect(settingsOf({ debug: true }, '-l warn')).toMatchObject({
      isDebug: true,
      logLevel: 'warn',
    });
  });

  it('is a gap without a unit', () => {
    expect(serviceCommand([], new Map())).toEqual({
      settings: {},
      daemonJson: '/etc/docker/daemon.json',
      program: null,
      gaps: ['there is no docker.service, so the command line of the engine is not known'],
    });
  });
});

it('name what the engine was told to use elsewhere', () => {
  const json = {
    'cdi-spec-dirs': ['/srv/cdi', 'relative'],
    'seccomp-profile': 'unconfined',
    'init-path': '/opt/a/../init',
  };
  const flags =
    '--userland-proxy-path=/opt/proxy --exec-root /srv/state --seccomp-profile=/srv/profile.json';

  const uses = (from: unknown, execStart: string) =>
    settingsOf(from, execStart).ownPaths?.map(({ path, use }) => `${use} ${path}`);
  expect(uses(json, '')).toEqual([
    'program /usr/bin/dockerd',
    'init /opt/init',
    'devices /srv/cdi',
  ]);
  expect(uses(null, `${flags} --cdi-spec-dir=/srv/a --cdi-spec-dir=/srv/b`)).toEqual([
    'program /usr/bin/dockerd',
    'program /opt/proxy',
    'state /srv/state',
    'devices /srv/a',
    'devices /srv/b',
    'seccomp /srv/profile.json',
  ]);
});

it.each([
  '',
  'not json',
  '[]',
  '"x"',
  '{"debug":"yes"}',
  '{"hosts":{}}',
  '{"default-ulimits":[1]}',
])('of the wrong shape are an error that does not quote them: %j', (json) => {
  const read = () => daemonSettings(json, serviceCommand([], new Map()), [], exampleEngine);

  expect(read).toThrow(OutsideError);
  expect(read).not.toThrow(/not json|yes/);
});

it('never fall over a command line', () => {
  fc.assert(
    fc.property(fc.string(), (line) => {
      serviceCommand([`ExecStart=${line}`], new Map([['A', line]]));
    }),
  );
});

describe('belong to the engine that answers', () => {
  it('when /info echoes what no engine has by itself', () => {
    const { owner } = settingsOf(
      { 'live-restore': true, iptables: true },
      '',
      {},
      { hasLiveRestore: true },
    );

    expect(owner).toEqual({
      inDaemonJson: ['live-restore', 'iptables'],
      daemonJsonEchoes: ['live-restore'],
      commandLineEchoes: [],
      contradicted: [],
    });
  });

  it.each([
    ['--log-driver=journald', { loggingDriver: 'journald' }, 'log-driver'],
    ['-D', { isDebug: true }, 'debug'],
    ['--data-root /srv/docker', { dataRoot: '/srv/docker' }, 'data-root'],
    ['-g /srv/docker', { dataRoot: '/srv/docker' }, 'data-root'],
    ['--userns-remap=default', { remapsUsers: true }, 'userns-remap'],
  ])('by an option of the command line: %s', (execStart, engine, name) => {
    expect(settingsOf(null, execStart, {}, engine).owner).toMatchObject({
      commandLineEchoes: [name],
      contradicted: [],
    });
  });

  it.each([
    ['the file says more', { 'live-restore': true }, {}, ['live-restore']],
    ['the file says nothing', {}, { hasLiveRestore: true }, ['live-restore']],
    [
      'both say something else',
      { 'log-driver': 'syslog' },
      { loggingDriver: 'gelf' },
      ['log-driver'],
    ],
    ['a path may be a symlink', { 'data-root': '/srv/docker' }, {}, []],
    ['a default is no echo', { 'log-driver': 'json-file' }, {}, []],
  ])('unless /info says otherwise: %s', (_, json, engine, contradicted) => {
    expect(settingsOf(json, '', {}, engine).owner).toMatchObject({
      daemonJsonEchoes: [],
      commandLineEchoes: [],
      contradicted,
    });
  });

  it('which a command line that was not seen may explain', () => {
    const settings = daemonSettings('{}', serviceCommand([], new Map()), [], {
      ...exampleEngine,
      hasLiveRestore: true,
    });

    expect(settings.owner.contradicted).toEqual([]);
  });
});

it.each(['', '-', '@', '+', '!!', ':-'])(
  'knows the program behind what systemd has before it: %s',
  (before) => {
    const unit = `[Service]\nExecStart=${before}/srv/tools/dockerd --debug\n`;
    expect(serviceCommand([unit], new Map()).program).toBe('/srv/tools/dockerd');
  },
);
