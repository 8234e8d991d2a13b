import { OutsideError } from '../../../src/shared/errors.ts';
import { leftOut } from '../../../src/shared/reading.ts';
import * as collectors from '../../../src/snapshot/collectors/index.ts';
import type { HostFileFact, HostFilesFacts } from '../../../src/snapshot/facts/host-files.ts';
import { needsFilesLevel } from '../../../src/snapshot/needed-level.ts';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.ts';
import { type HostDoor, type HostEntry, hostDoor } from '../../support/host-door.ts';
import { recordedReader, recording } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

const ordinary: Record<string, HostEntry> = {
  '/etc/passwd': { text: 'root:x:0:0::/root:/bin/sh\nbob:x:1000:105::/home/bob:/bin/sh\n' },
  '/etc/group': { text: 'root:x:0:\ndocker:x:105:eve\n' },
  '/etc/docker': { kind: 'directory', mode: 0o750 },
  '/usr/lib/systemd/system/docker.service': {
    text: 'EnvironmentFile=-/etc/default/docker\nExecStart=/usr/bin/dockerd -H fd:// $DOCKER_OPTS\n',
  },
  '/usr/lib/systemd/system/docker.socket': { text: 'SocketGroup=docker\n' },
  '/srv/demo/docker.sock': { kind: 'socket', mode: 0o660 },
};

async function collect(
  files: Record<string, HostEntry> = {},
  overrides: Record<string, unknown> = {},
): Promise<{ facts: HostFilesFacts; door: HostDoor }> {
  const door = hostDoor({ ...ordinary, ...files }, { isDataRootOnRootFilesystem: true });
  const facts = await runCollector(collectors.hostFiles, {
    engine: recordedReader(overrides),
    hostFiles: door,
  });
  return { facts, door };
}

const present = (path: string, more: Partial<HostFileFact> = {}) =>
  expect.objectContaining({ path, state: 'present', ...more });

it('is unread at the level api, with what to set', async () => {
  const { hostFiles } = collectors;
  const at = { host: 'web-1', takenAt: '2026-01-01T00:00:00Z', reader: recordedReader() };

  const snapshot = await takeSnapshot({ ...at, collectors: { hostFiles } });

  expect(snapshot.hostFiles).toEqual(leftOut(needsFilesLevel));
  expect(needsFilesLevel).toContain('evidence: files');
});

it('tells where systemd listens for the engine', async () => {
  const unit = '/usr/lib/systemd/system/docker.socket';
  const text = 'ListenStream=/run/docker.sock\nListenStream=2375\n';
  const listeners = async (files: Record<string, HostEntry>) =>
    (await collect(files)).facts.unitListeners;
  const [dropIn, other] = ['override', 'other'].map(
    (name) => `/etc/systemd/system/docker.socket.d/${name}.conf`,
  ) as [string, string];

  expect(await listeners({ [unit]: { text } })).toEqual({
    state: 'read',
    value: ['/run/docker.sock', '2375'],
  });
  expect(
    await listeners({
      [unit]: { text },
      '/etc/systemd/system/docker.socket': { text: 'ListenStream=\nListenStream=[::1]:2376\n' },
    }),
  ).toEqual({ state: 'read', value: ['[::1]:2376'] });
  for (const path of [dropIn, other]) {
    const folder = '/etc/systemd/system/docker.socket.d';
    const files = { [unit]: { text }, [folder]: { kind: 'directory' as const }, [path]: { text } };
    expect((await listeners(files)).state).toBe('unread');
  }
});

it('tells where systemd listens by other units for the same engine', async () => {
  const listeners = async (files: Record<string, HostEntry>) =>
    (await collect(files)).facts.unitListeners;
  const units = '/etc/systemd/system';
  const own = { [`${units}/docker.socket`]: { text: 'ListenStream=/run/docker.sock\n' } };
  const isWanted = (name: string) => ({
    [`${units}/sockets.target.wants/${name}`]: { linkTarget: `${units}/${name}` },
  });
  const unit = (name: string, service = 'docker.service') => ({
    [`${units}/${name}`]: {
      text: `[Socket]\nListenStream=2375\nBindIPv6Only=both\nService=${service}\n`,
    },
  });
  const both = { state: 'read', value: ['/run/docker.sock', '2375'] };

  for (const name of ['docker-tcp.socket', 'docker-tls-tcp.socket']) {
    const enabled = { ...unit(name), ...isWanted(name) };
    expect(await listeners({ ...own, ...enabled })).toEqual(both);
    // Nobody knows whether it was started by hand.
    expect(await listeners({ ...own, ...unit(name) })).toMatchObject({ state: 'unread' });
    expect(await listeners({ ...own, ...unit(name, 'x.service'), ...isWanted(name) })).toEqual({
      state: 'read',
      value: ['/run/docker.sock'],
    });
    const masked = { [`${units}/docker.socket`]: { linkTarget: '/dev/null' } };
    const without = { '/usr/lib/systemd/system/docker.socket': { linkTarget: '/dev/null' } };
    expect(await listeners({ ...masked, ...without, ...enabled })).toEqual({
      state: 'read',
      value: ['2375'],
    });
  }
  const text = 'Sockets=docker.socket api.socket\nExecStart=/usr/bin/dockerd -H fd://\n';
  const service = { '/usr/lib/systemd/system/docker.service': { text } };
  const named = { [`${units}/api.socket`]: { text: 'ListenStream=2375\n' } };
  expect(await listeners({ ...own, ...service, ...named })).toEqual(both);
  expect(await listeners({ ...own, ...service })).toMatchObject({ state: 'unread' });
});

it('has the files of an ordinary host', async () => {
  const { facts } = await collect();

  expect(facts.files).toMatchObject({
    'docker-service': [{ path: '/usr/lib/systemd/system/docker.service', state: 'present' }],
    'etc-docker': [{ state: 'present', kind: 'directory', mode: 0o750 }],
    'engine-socket': [{ path: '/srv/demo/docker.sock', kind: 'socket', mode: 0o660 }],
    'daemon-json': [{ path: '/etc/docker/daemon.json', state: 'absent' }],
    'tls-key': [],
  });
  expect(facts.registryCertificateFolder.state).toBe('absent');
  expect(facts.socketGroups).toEqual({
    state: 'read',
    value: [{ name: 'docker', gid: 105, members: ['bob', 'eve'] }],
  });
  expect(facts.dataRoot.isOnRootFilesystem).toEqual({ state: 'read', value: true });
});

it('gives owners of files, and says why not of folders and sockets', async () => {
  const { facts } = await collect({
    '/etc/docker/daemon.json': { text: '{}', uid: 1000, gid: 42, mode: 0o4646 },
  });

  expect(facts.files['daemon-json']).toEqual([
    present('/etc/docker/daemon.json', {
      mode: 0o4646,
      owner: { state: 'read', value: { uid: 1000, gid: 42 } },
    }),
  ]);
  for (const role of ['etc-docker', 'engine-socket'] as const) {
    expect(facts.files[role]).toEqual([
      expect.objectContaining({
        owner: { state: 'unread', reason: expect.stringContaining('tell') },
      }),
    ]);
  }
});

it('never opens a key, a folder or what nobody named', async () => {
  const { door } = await collect({
    '/etc/docker/daemon.json': { text: '{"tlsverify":true,"tlskey":"/etc/docker/key.pem"}' },
    '/etc/docker/key.pem': { mode: 0o400, text: 'PRIVATE KEY' },
    '/etc/shadow': { mode: 0o640 },
  });

  // Once each, for the owner in the header.
  expect(door.opened.filter((path) => path.includes('key'))).toEqual(['/etc/docker/key.pem']);
  expect(door.opened).not.toContain('/etc/docker');
  expect(door.opened).not.toContain('/etc/shadow');
});

describe('settings', () => {
  it('join daemon.json, the command line and its environment', async () => {
    const { facts } = await collect({
      '/etc/docker/daemon.json': { text: '{"icc":false}' },
      '/etc/default/docker': { text: 'DOCKER_OPTS="--log-level=debug"\nSECRET=hunter2\n' },
    });

    expect(facts.settings).toMatchObject({
      state: 'read',
      value: { allowsInterContainerTraffic: false, logLevel: 'debug', hosts: ['fd://'], gaps: [] },
    });
    expect(JSON.stringify(facts)).not.toContain('hunter2');
  });

  it('come from the unit in use and its drop-in', async () => {
    const { facts } = await collect({
      '/etc/systemd/system/docker.service': { text: 'ExecStart=/usr/bin/dockerd -l warn\n' },
      '/etc/systemd/system/docker.service.d/override.conf': {
        text: 'ExecStart=\nExecStart=/usr/bin/dockerd --config-file /etc/docker/other.json\n',
      },
      '/etc/docker/other.json': { text: '{"debug":true}' },
    });

    expect(facts.settings).toMatchObject({
      state: 'read',
      value: {
        logLevel: null,
        isDebug: true,
        gaps: [expect.stringContaining('/etc/systemd/system/docker.service.d may hold')],
      },
    });
    expect(facts.files['daemon-json']).toEqual([present('/etc/docker/other.json')]);
    expect(facts.files['docker-service'].map(({ path }) => path)).toEqual([
      '/etc/systemd/system/docker.service',
      '/usr/lib/systemd/system/docker.service',
      '/etc/systemd/system/docker.service.d',
      '/etc/systemd/system/docker.service.d/override.conf',
    ]);
  });

  it('that /info confirms are those of the engine where they are older than its start', async () => {
    const unit = '/usr/lib/systemd/system/docker.service';
    const asTold = async (pidFile: string, command: string, times: [bigint, bigint, bigint]) => {
      const [json, service, start] = times;
      const files = {
        '/etc/docker/daemon.json': { text: '{"log-driver":"journald"}', modifiedNs: json },
        [unit]: { text: `ExecStart=/usr/bin/dockerd ${command}\n`, modifiedNs: service },
        [pidFile]: { text: '7', modifiedNs: start },
      };
      const info = { ...(recording('/info') as object), LoggingDriver: 'journald' };
      const { settings } = (await collect(files, { '/info': info })).facts;
      return settings.state === 'read' ? settings.value.owner.maybeYounger : settings;
    };
    const usual = '/var/run/docker.pid';
    const changed = (path: string) => `${path} was changed after the engine had started`;

    expect(await asTold(usual, '', [7n, 8n, 9n])).toBeNull();
    expect(await asTold(usual, '', [7n, 8n, 7n])).toBe(changed(unit));
    expect(await asTold(usual, '', [9n, 7n, 8n])).toBe(changed('/etc/docker/daemon.json'));
    for (const option of ['-p /run/own.pid', '--pidfile=/run/own.pid']) {
      expect(await asTold('/run/own.pid', option, [7n, 8n, 9n])).toBeNull();
      expect(await asTold(usual, option, [7n, 8n, 9n])).toContain('it has no /run/own.pid');
    }
  });

  it('that cannot be read leave the files they name unread, not absent', async () => {
    const { facts } = await collect({ '/etc/docker/daemon.json': { text: '{"tls": true,}' } });

    expect(facts.settings.state).toBe('unread');
    expect(facts.files['tls-key']).toEqual([expect.objectContaining({ state: 'unread' })]);
    expect(facts.socketGroups.state).toBe('unread');
    // The file itself is there all the same.
    expect(facts.files['daemon-json']).toEqual([present('/etc/docker/daemon.json')]);
  });

  it('say that a masked unit is none', async () => {
    const { facts } = await collect({
      '/usr/lib/systemd/system/docker.socket': { linkTarget: '/dev/null' },
      '/dev/null': { kind: 'other', mode: 0o666 },
    });

    expect(facts.files['docker-socket-unit']).toEqual([]);
  });
});

describe('TLS files', () => {
  const json = (settings: object) => ({
    '/etc/docker/daemon.json': { text: JSON.stringify(settings) },
  });

  it('outside of what is shown are shown alone', async () => {
    const { facts, door } = await collect({
      ...json({ tlskey: '/srv/tls/key.pem' }),
      '/srv/tls/key.pem': { mode: 0o440, uid: 7 },
    });

    expect(facts.files['tls-key']).toEqual([
      present('/srv/tls/key.pem', {
        mode: 0o440,
        owner: { state: 'read', value: { uid: 7, gid: 0 } },
      }),
    ]);
    expect(door.looks.slice(1)).toEqual([['/srv/tls/key.pem']]);
  });

  it('have the default place of dockerd where none is named', async () => {
    const { facts } = await collect({ ...json({ tlsverify: true }), '/root/.docker/ca.pem': {} });

    expect(facts.files['tls-ca']).toEqual([present('/root/.docker/ca.pem')]);
    expect(facts.files['tls-cert']).toEqual([{ path: '/root/.docker/cert.pem', state: 'absent' }]);
  });

  it('with a relative path are unread', async () => {
    const { facts } = await collect(json({ tlscert: 'cert.pem' }));

    expect(facts.files['tls-cert']).toEqual([expect.objectContaining({ state: 'unread' })]);
  });
});

it('looks at the certificates of every registry that images name', async () => {
  const { facts } = await collect(
    {
      '/etc/docker/certs.d/registry.example/client.key': { mode: 0o600 },
      '/etc/docker/certs.d/other.example/ca.crt': {},
    },
    { '/images/json': [{ Id: 'sha256:1', RepoTags: ['registry.example/web:1'], RepoDigests: [] }] },
  );

  expect(facts.files['registry-certificate']).toEqual([
    present('/etc/docker/certs.d/registry.example/client.key', { mode: 0o600 }),
  ]);
  expect(facts.registryCertificateFolder.state).toBe('present');
});

it('does not believe the owners that a rootless engine sees', async () => {
  const info = recording('info') as { SecurityOptions: string[] };
  const SecurityOptions = [...info.SecurityOptions, 'name=rootless'];

  const { facts } = await collect({}, { '/info': { ...info, SecurityOptions } });

  expect(facts.files['docker-service']).toEqual([
    expect.objectContaining({
      owner: { state: 'unread', reason: expect.stringContaining('rootless') },
    }),
  ]);
});

it('loses one file to a failure, and no other', async () => {
  const failure = new OutsideError('engine-timeout', 'slow');

  const { facts } = await collect({ '/etc/default/docker': { failure } });

  expect(facts.files['default-docker']).toEqual([
    present('/etc/default/docker', { owner: { state: 'unread', reason: failure.message } }),
  ]);
  expect(facts.settings).toMatchObject({ value: { gaps: [expect.stringContaining('slow')] } });
  expect(facts.files['docker-service']).toEqual([
    present('/usr/lib/systemd/system/docker.service'),
  ]);
});

it('says that containerd listens elsewhere, not that there is none', async () => {
  const { facts } = await collect();

  expect(facts.files['containerd-socket']).toEqual([expect.objectContaining({ state: 'unread' })]);
});
