import { engine } from '../../../src/snapshot/collectors/engine.ts';
import { recordedReader, recording } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

type Fields = Record<string, unknown>;

const info = recording('info') as Fields;
const withInfo = (changes: Fields) =>
  runCollector(engine, { engine: recordedReader({ '/info': { ...info, ...changes } }) });

describe('the engine', () => {
  it('is read from the recording', async () => {
    await expect(runCollector(engine, { engine: recordedReader() })).resolves.toMatchObject({
      name: 'demo-host',
      version: '26.1.5+dfsg1',
      apiVersion: '1.45',
      dataRoot: '/srv/demo/data',
      seccompProfile: 'builtin',
      hasAppArmor: false,
      isRootless: false,
      warnings: [],
      insecureRegistries: [],
      insecureRegistryCidrs: ['127.0.0.0/8'],
      authorizationPlugins: [],
      defaultRuntime: 'runc',
      swarmState: 'inactive',
      socketPaths: [
        '/srv/demo/docker.sock',
        '/run/containerd/containerd.sock',
        '/run/docker/containerd/containerd.sock',
      ],
    });
  });

  it.each<[string[], Fields]>([
    [['name=seccomp,profile=unconfined'], { seccompProfile: 'unconfined' }],
    [['name=seccomp,profile=/etc/docker/a=b.json'], { seccompProfile: '/etc/docker/a=b.json' }],
    [['name=seccomp'], { seccompProfile: 'builtin' }],
    [[], { seccompProfile: null, hasNoNewPrivilegesDefault: false }],
    [['name=no-new-privileges'], { hasNoNewPrivilegesDefault: true }],
    [['name=userns'], { remapsUsers: true, isRootless: false }],
    [['name=rootless'], { isRootless: true, remapsUsers: false }],
    [['name=apparmor', 'name=selinux'], { hasAppArmor: true, hasSelinux: true }],
    [['apparmor'], { hasAppArmor: true }],
    [['name=seccomp,profile=apparmor'], { hasAppArmor: false }],
  ])('reads the security options %j', async (SecurityOptions, expected) => {
    await expect(withInfo({ SecurityOptions })).resolves.toMatchObject(expected);
  });

  it.each([
    ['26.1.5+dfsg1', 'builtin', 'builtin'],
    ['23.0.0', 'default', 'default'],
    ['20.10.24', 'default', 'builtin'],
    // A file of this name, in the folder where the engine was started.
    ['20.10.24', 'builtin', './builtin'],
    ['master', 'default', 'default'],
  ])('of version %s means by the profile %s: %s', async (Version, profile, seccompProfile) => {
    const SecurityOptions = [`name=seccomp,profile=${profile}`];
    const version = { ...(recording('version') as Fields), Version };
    const reader = recordedReader({ '/info': { ...info, SecurityOptions }, '/version': version });
    await expect(runCollector(engine, { engine: reader })).resolves.toMatchObject({
      seccompProfile,
    });
  });

  it.each([
    [
      [
        ['Pool Name', 'x'],
        ['Base Device Size', '10.74GB'],
      ],
      10_740_000_000,
    ],
    [[['Base Device Size', '53.69 GB']], 53_690_000_000],
    [[['Base Device Size', 'much']], null],
    [null, null],
  ])('reads the base size of devicemapper from %j', async (DriverStatus, devicemapperBaseBytes) => {
    await expect(withInfo({ DriverStatus })).resolves.toMatchObject({ devicemapperBaseBytes });
  });

  it('knows whether a containerd beside it keeps the images', async () => {
    const DriverStatus = [['driver-type', 'io.containerd.snapshotter.v1']];
    const at = (Address: string) => withInfo({ DriverStatus, Containerd: { Address } });
    const beside = { hasImagesElsewhere: true };

    await expect(at('/run/containerd/containerd.sock')).resolves.toMatchObject(beside);
    await expect(withInfo({ DriverStatus, Containerd: null })).resolves.toMatchObject(beside);
    const own = await at('/var/run/docker/containerd/containerd.sock');
    expect(own).not.toHaveProperty('hasImagesElsewhere');
    expect(await withInfo({})).not.toHaveProperty('hasImagesElsewhere');
  });

  it('names what manages the firewall, where the engine says so', async () => {
    await expect(withInfo({ FirewallBackend: { Driver: 'nftables' } })).resolves.toMatchObject({
      firewallBackend: 'nftables',
    });
    await expect(withInfo({})).resolves.toMatchObject({ firewallBackend: '' });
  });

  it('keeps what each part says that it was built of', async () => {
    const component = (Name: string, Details: unknown) => ({ Name, Version: '1.7.12', Details });
    const reader = recordedReader({
      '/version': {
        ...(recording('version') as Fields),
        Components: [
          component('Engine', { GitCommit: '24.0.7-0ubuntu4.1' }),
          component('containerd', { GitCommit: '' }),
          component('runc', { GitCommit: 'a text, and no commit' }),
          component('docker-init', null),
          { Name: 'other', Version: '1.7.12' },
        ],
      },
    });

    const { components } = await runCollector(engine, { engine: reader });

    expect(components.map(({ name, commit }) => [name, commit])).toEqual([
      ['Engine', '24.0.7-0ubuntu4.1'],
      ['containerd', ''],
      ['runc', undefined],
      ['docker-init', undefined],
      ['other', undefined],
    ]);
  });

  it.each<[unknown, string | undefined]>([
    [{ Name: 'Docker Engine - Community' }, 'Docker Engine - Community'],
    [{ Name: '' }, ''],
    [{ Name: 'Docker Engine\nsomething' }, undefined],
    [{}, undefined],
    [null, undefined],
  ])('says who made it: %j', async (Platform, expected) => {
    const version = { ...(recording('version') as Fields), Platform };
    const { platform } = await runCollector(engine, {
      engine: recordedReader({ '/version': version }),
    });

    expect(platform).toBe(expected);
  });

  it('names registries without verified TLS', async () => {
    const facts = await withInfo({
      RegistryConfig: {
        InsecureRegistryCIDRs: ['127.0.0.0/8', '10.0.0.0/8'],
        IndexConfigs: { 'docker.io': { Secure: true }, 'r.example:5000': { Secure: false } },
      },
    });

    expect(facts.insecureRegistries).toEqual(['r.example:5000']);
    expect(facts.insecureRegistryCidrs).toEqual(['10.0.0.0/8', '127.0.0.0/8']);
  });

  it('names mirrors that are asked without TLS', async () => {
    const RegistryConfig = {
      ...{ InsecureRegistryCIDRs: [], IndexConfigs: {} },
      Mirrors: ['https://m.example/', 'http://user:hunter2@m.example:5000/', 'm.example'],
    };

    const { plainMirrors } = await withInfo({ RegistryConfig });

    expect(plainMirrors).toEqual(['http://m.example:5000/']);
    expect(await withInfo({})).not.toHaveProperty('plainMirrors');
  });

  it.each<[object | null, true | undefined]>([
    [{}, undefined],
    [{ 'docker.io': { Secure: true, Mirrors: [] } }, true],
    [{ 'docker.io': { Secure: true, Mirrors: ['m.example:5000'] } }, undefined],
    [null, undefined],
  ])('says of Podman whether a registry has a mirror: %j', async (IndexConfigs, expected) => {
    const version = {
      ...(recording('version') as Fields),
      Components: [{ Name: 'Podman Engine', Version: '5.4.2' }],
    };
    const RegistryConfig = { InsecureRegistryCIDRs: [], IndexConfigs };
    const { hasNoMirrors } = await runCollector(engine, {
      engine: recordedReader({ '/version': version, '/info': { ...info, RegistryConfig } }),
    });

    expect(hasNoMirrors).toBe(expected);
    expect(await withInfo({ RegistryConfig })).not.toHaveProperty('hasNoMirrors');
  });

  it('keeps no credentials, of proxies or in texts', async () => {
    const facts = await withInfo({
      HttpProxy: 'http://user:hunter2@proxy:3128',
      Warnings: ['API is accessible on http://user:hunter2@0.0.0.0:2375 without encryption.'],
    });

    expect(JSON.stringify(facts)).not.toContain('hunter2');
    expect(facts.warnings).toEqual([
      'API is accessible on http://0.0.0.0:2375 without encryption.',
    ]);
  });

  it('supposes the default socket where the address does not tell', async () => {
    const reader = {
      ...recordedReader({ '/info': { ...info, Containerd: { Address: '/var/run/c/c.sock' } } }),
      endpoint: {
        kind: 'tcp' as const,
        url: 'tcp://demo:2376',
        isMutualTls: true,
        socketPath: null,
      },
    };

    const { socketPaths } = await runCollector(engine, { engine: reader });

    expect(socketPaths).toEqual([
      '/run/docker.sock',
      '/run/containerd/containerd.sock',
      '/run/docker/containerd/containerd.sock',
      '/run/c/c.sock',
    ]);
  });

  it.each(['ID', 'SecurityOptions', 'Warnings', 'RegistryConfig', 'Plugins', 'LiveRestoreEnabled'])(
    'is unread without %s',
    async (name) => {
      await expect(withInfo({ [name]: undefined })).rejects.toThrow('GET /info: expected');
    },
  );
});

describe('managed plugins', () => {
  const plugin = (name: string, config: Fields = {}, settings: Fields = {}) => ({
    ...{ Name: name, Enabled: true },
    Config: {
      ...{ Linux: { Capabilities: null, AllowAllDevices: false }, Network: { Type: 'none' } },
      ...config,
    },
    Settings: { Devices: null, Mounts: null, ...settings },
  });
  const listed = async (answer: unknown) => {
    const found = await runCollector(engine, { engine: recordedReader({ '/plugins': answer }) });
    return found.plugins;
  };

  it('are read with what they are set to, by name', async () => {
    const mount = (Source: string, ...Options: string[]) => ({ Source, Type: 'bind', Options });
    const strong = plugin(
      'ex/b:latest',
      {
        Linux: { Capabilities: ['CAP_SYS_ADMIN', 'CAP_CHOWN'], AllowAllDevices: true },
        ...{ Network: { Type: 'host' }, PidHost: true, IpcHost: true },
        Mounts: [mount('/srv')],
      },
      {
        Devices: [{ Path: '/dev/fuse' }, { Path: '' }],
        Mounts: [
          ...[mount('/etc/', 'rbind'), mount('/srv', 'ro'), mount('/opt', 'ro', 'rw')],
          ...[
            { Source: '/dev/vda', Type: 'ext4', Options: ['ro'] },
            { Source: 'x', Type: 'tmpfs' },
          ],
        ],
      },
    );
    const plain = { layers: [], server: null };
    const bare = { isEnabled: true, capabilities: [], opensAllDevices: false };

    await expect(listed([strong, plugin('ex/a:1')])).resolves.toEqual({
      state: 'read',
      value: [
        { name: 'ex/a:1', ...bare, devices: [], sharedNamespaces: [], mounts: [] },
        {
          name: 'ex/b:latest',
          isEnabled: true,
          capabilities: ['CAP_SYS_ADMIN'],
          opensAllDevices: true,
          devices: ['/dev/fuse'],
          sharedNamespaces: ['PID', 'IPC', 'network'],
          mounts: [
            { hostPath: '/etc', isWritable: true },
            { hostPath: '/srv', isWritable: false },
            { hostPath: '/opt', isWritable: true },
          ],
          filesystems: [
            { mount: { ...plain, filesystem: 'ext4', device: '/dev/vda' }, isWritable: false },
            { mount: { ...plain, filesystem: 'tmpfs', device: 'x' }, isWritable: true },
          ],
        },
      ],
    });
  });

  it.each([[{}], [null], [[{ Name: 'x' }]]])('are unread in the answer %j', async (answer) => {
    await expect(listed(answer)).resolves.toMatchObject({ state: 'unread' });
  });

  it('are unread where nobody answers, and the engine is known all the same', async () => {
    await expect(runCollector(engine, { engine: recordedReader() })).resolves.toMatchObject({
      name: 'demo-host',
      plugins: { state: 'unread' },
    });
  });
});
