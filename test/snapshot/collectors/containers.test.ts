import { OutsideError } from '../../../src/shared/errors.ts';
import { containers } from '../../../src/snapshot/collectors/containers.ts';
import { inspectAnswer, inspectedId, readInspected } from '../../support/inspect-answer.ts';
import { engineStatus, recordedReader, recording } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

type Listed = { Id: string; Names: string[]; ImageID: string; State: string };

const recordedList = recording('containers_json_all_1') as Listed[];
const idOf = (name: string) => {
  const found = recordedList.find(({ Names }) => Names.includes(`/${name}`));
  if (!found) throw new Error(`no ${name} in the recording`);
  return found.Id;
};
const inspectPath = (name: string) => `/containers/${idOf(name)}/json`;

const failing = (status: number, message?: string) => () => {
  throw engineStatus('/x', status, message);
};

it('knows whether the kernel may end a container when memory runs short', async () => {
  const ofHost = (host: Record<string, unknown>) => readInspected({ host });

  expect((await ofHost({ OomKillDisable: true })).isOomKillDisabled).toBe(true);
  expect((await ofHost({ OomKillDisable: null })).isOomKillDisabled).toBe(false);
});

it('has its mounts in one order, in whichever the engine tells them', async () => {
  const mount = (Destination: string) => ({
    ...{ Type: 'bind', Source: '/srv', Destination, RW: true, Mode: '', Propagation: 'rprivate' },
  });
  const [a, b, c] = [mount('/a'), mount('/b'), mount('/c')];
  const before = await readInspected({ top: { Mounts: [b, c, a] } });
  const after = await readInspected({ top: { Mounts: [c, a, b] } });

  expect(after.mounts.map((one) => one.destination)).toEqual(['/a', '/b', '/c']);
  expect(after.mounts).toEqual(before.mounts);
});

describe('the recorded containers', () => {
  it('are all read, by name', async () => {
    const { read, unread } = await runCollector(containers, { engine: recordedReader() });

    expect(unread).toEqual([]);
    expect(read).toHaveLength(36);
    expect(read.map(({ name }) => name)).toEqual(read.map(({ name }) => name).sort());
  });

  it('are not read where the engine lists one of them twice, with another state', async () => {
    const again = { ...recordedList[0], State: 'exited' };
    const engine = recordedReader({ '/containers/json': [...recordedList, again] });

    await expect(runCollector(containers, { engine })).rejects.toThrow(
      `lists the container ${again.Id} twice`,
    );
  });

  it('are unread where the engine answers for another, which speaks for itself alone', async () => {
    const other = (recording('containers') as Listed[]).find(
      ({ Id }) => Id === idOf('t07-hardened'),
    );
    const engine = recordedReader({ [inspectPath('t01-priv')]: other });
    const { read, unread } = await runCollector(containers, { engine });

    expect(unread).toMatchObject([
      { id: idOf('t01-priv'), name: 't01-priv', reason: expect.stringContaining('asked for') },
    ]);
    expect(read.filter(({ name }) => name === 't07-hardened')).toHaveLength(1);
  });

  it('show what they were made to show', async () => {
    const { read } = await runCollector(containers, { engine: recordedReader() });
    const named = Object.fromEntries(read.map((facts) => [facts.name, facts]));

    expect(named['t01-priv']).toMatchObject({
      isPrivileged: true,
      hasUnmaskedSystemPaths: true,
      isSelinuxLabelDisabled: true,
    });
    expect(named['t01-priv']?.configuredCapabilities).toHaveLength(41);
    expect(named['t06-capadd']?.addedCapabilities).toEqual(['CAP_NET_ADMIN', 'CAP_SYS_ADMIN']);
    expect(named['t07-hardened']).toMatchObject({
      user: { declared: '1000:1000', uid: 1000 },
      configuredCapabilities: [],
      noNewPrivileges: true,
      hasReadonlyRootfs: true,
      memoryLimitBytes: 67_108_864,
      pidsLimit: 100,
      restartPolicy: { name: 'on-failure', maximumRetries: 5 },
      health: 'healthy',
    });
    expect(named['t07-hardened']?.isOomKillDisabled).toBe(false);
    expect(named['t08-nnp-false']?.noNewPrivileges).toBe(false);
    expect(named['t09-seccomp-unc']?.seccomp).toBe('unconfined');
    expect(named['t12-port6']?.ports).toMatchObject([{ family: 'ipv6', hostPort: 443 }]);
    expect(named['t17-user00']?.user.uid).toBe(0);
    expect(named['t20-voldest-etc']?.mounts).toMatchObject([{ hostPath: null, volume: 'myvol' }]);
    expect(named['t22-device']?.devices).toEqual(['/dev/null']);
    expect(named['t23-devdir-cgrule']?.deviceCgroupRules).toEqual(['b 8:* rwm']);
    expect(named['t26-healthnone']?.healthcheck).toBe('disabled');
    expect(named['t27-joinhostns']).toMatchObject({
      networkNamespace: { resolved: 'host', via: ['t02-hostns'] },
      pidNamespace: { resolved: 'host', via: ['t02-hostns'] },
    });
    expect(named['t33-toor']?.user).toMatchObject({ declared: 'toor', uid: null });
    expect(named['t37-stopped-priv']).toMatchObject({
      state: 'created',
      startedAt: null,
      finishedAt: null,
      pid: null,
    });
  });
});

describe('containers that cannot be read', () => {
  it('are left out when they have gone', async () => {
    const reader = recordedReader({ [inspectPath('t01-priv')]: failing(404) });

    const { read, unread } = await runCollector(containers, { engine: reader });

    expect(unread).toEqual([]);
    expect(read).toHaveLength(35);
  });

  it.each<[string, unknown, string]>([
    ['an error', failing(500, 'broken layer'), '500 broken layer'],
    ['a text', 'hello', 'expected a record'],
    ['null', null, 'expected a record'],
    ['an empty record', {}, 'expected a text at .Id'],
    ['an error page', { message: 'x' }, 'expected a text at .Id'],
  ])('are named with the reason when the answer is %s', async (_case, answer, reason) => {
    const reader = recordedReader({ [inspectPath('t02-hostns')]: answer });

    const { read, unread } = await runCollector(containers, { engine: reader });

    expect(unread).toMatchObject([{ id: idOf('t02-hostns'), name: 't02-hostns' }]);
    expect(unread[0]?.reason).toContain(reason);
    expect(read).toHaveLength(35);
    // What joined its namespaces can no longer be followed.
    expect(read.find(({ name }) => name === 't27-joinhostns')).toMatchObject({
      networkNamespace: { resolved: 'unknown', via: ['t02-hostns'] },
    });
  });

  it('keep the names of their service, by which their findings are known', async () => {
    const labels = {
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'com.docker.swarm.service.name': 'shop_web',
    };
    const list = recordedList.map((one) =>
      one.Id === idOf('t02-hostns') ? { ...one, Labels: labels } : one,
    );
    const reader = recordedReader({
      '/containers/json': list,
      [inspectPath('t02-hostns')]: failing(500),
    });

    const { unread } = await runCollector(containers, { engine: reader });

    expect(unread).toMatchObject([
      {
        name: 't02-hostns',
        services: { composeProject: 'shop', composeService: 'web', swarmService: 'shop_web' },
      },
    ]);
  });

  it.each(['Privileged', 'NetworkMode', 'PidMode', 'CapAdd', 'SecurityOpt', 'Devices'])(
    'are unread without HostConfig.%s, since absent is not off',
    async (name) => {
      await expect(readInspected({ host: { [name]: undefined } })).rejects.toThrow(
        `.HostConfig.${name}`,
      );
    },
  );

  it('are unread without HostConfig.PortBindings on a network that has ports', async () => {
    const host = { NetworkMode: 'bridge', PortBindings: undefined };

    await expect(readInspected({ host })).rejects.toThrow('.HostConfig.PortBindings');
  });

  it.each(['Mounts', 'NetworkSettings', 'HostConfig', 'Config', 'State'])(
    'are unread without %s',
    async (name) => {
      await expect(readInspected({ top: { [name]: undefined } })).rejects.toThrow(`.${name}`);
    },
  );

  describe.each([null, []])('with %j for its mounts', (Mounts) => {
    it.each<[string, Record<string, unknown>]>([
      ['a bind', { Binds: ['/etc:/x:ro'] }],
      ['a bind of Windows', { Binds: ['C:\\\\data:/x'] }],
      ['a volume', { Binds: ['data:/x'] }],
      ['a mount', { Mounts: [{ Type: 'bind', Source: '/etc', Target: '/x/' }] }],
    ])('are unread where it was asked for %s', async (_what, host) => {
      await expect(readInspected({ host, top: { Mounts } })).rejects.toThrow('names at .Mounts');
    });

    it('are read where it was asked for none', async () => {
      const host = { Binds: null, Mounts: undefined };
      expect((await readInspected({ host, top: { Mounts } })).mounts).toEqual([]);
    });
  });

  it('are unread where one mount of several is left out, however its place is written', async () => {
    const listed = { Type: 'bind', Source: '/a', Destination: '/x', RW: true, Propagation: '' };
    const top = { Mounts: [listed] };
    const asked = (...Binds: string[]) => readInspected({ host: { Binds }, top });

    expect((await asked('/a:/x/', '/a:/y/../x:rw')).mounts).toHaveLength(1);
    await expect(asked('/a:/x', '/run/docker.sock:/y')).rejects.toThrow('names at .Mounts');
  });

  it.each<[string, unknown]>([
    ['an error', failing(500)],
    ['null', null],
    ['a record', {}],
    ['a list of texts', ['x']],
    [
      'an id that would steer a request',
      [{ Id: '../info', Names: null, ImageID: 'a', State: 'x' }],
    ],
  ])('reject as a whole when the list is %s', async (_case, list) => {
    const reading = runCollector(containers, {
      engine: recordedReader({ '/containers/json': list }),
    });

    await expect(reading).rejects.toThrow(OutsideError);
  });

  it('reject as a whole when every inspect fails', async () => {
    const broken = recordedList.map(({ Id }) => [`/containers/${Id}/json`, failing(500)]);

    const reading = runCollector(containers, {
      engine: recordedReader(Object.fromEntries(broken)),
    });

    await expect(reading).rejects.toThrow('500');
  });

  it('are none on an engine without containers', async () => {
    const reading = runCollector(containers, {
      engine: recordedReader({ '/containers/json': [] }),
    });

    await expect(reading).resolves.toEqual({ read: [], unread: [] });
  });
});

describe('what a container is configured to', () => {
  it('belongs to a Compose project or a swarm service', async () => {
    const facts = await readInspected({
      config: {
        Labels: {
          'com.docker.compose.project': 'shop',
          'com.docker.compose.service': 'web',
          'com.docker.swarm.service.name': 'shop_web',
        },
      },
    });

    expect(facts).toMatchObject({
      composeProject: 'shop',
      composeService: 'web',
      swarmService: 'shop_web',
    });
  });

  it.each([
    ['the value of the label that is named', 'team', 'payments'],
    ['nobody without the label', 'squad', null],
    ['nobody with an empty label', 'empty', null],
    ['nobody when no label is named', null, null],
  ])('belongs to %s', async (_, ownerLabel, owner) => {
    const inspected = inspectAnswer({ config: { Labels: { team: 'payments', empty: '' } } });
    const reader = recordedReader({ [`/containers/${inspectedId}/json`]: inspected });

    const context = { ownerLabel, takenAt: '2026-01-01T00:00:00Z', knownImages: [] };
    const { read } = await runCollector(containers, { engine: reader, context });

    expect(read.find(({ id }) => id === inspectedId)).toMatchObject({ owner });
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['no process limit when null', { PidsLimit: null }, { pidsLimit: null }],
    ['no process limit when 0', { PidsLimit: 0 }, { pidsLimit: null }],
    ['no process limit when -1', { PidsLimit: -1 }, { pidsLimit: null }],
    ['no memory limit when -1', { Memory: -1 }, { memoryLimitBytes: 0 }],
    ['no memory limit beyond 2^53', { Memory: 9_223_372_036_854_772_000 }, { memoryLimitBytes: 0 }],
    ['no restart policy', { RestartPolicy: { Name: '' } }, { restartPolicy: { name: 'no' } }],
    ['emptied masks', { MaskedPaths: [] }, { hasUnmaskedSystemPaths: true }],
    ['emptied read-only paths', { ReadonlyPaths: [] }, { hasUnmaskedSystemPaths: true }],
    ['masks left to the engine', { MaskedPaths: null }, { hasUnmaskedSystemPaths: false }],
    [
      'paths that Podman was asked to open beside --privileged',
      { Privileged: true, SecurityOpt: ['unmask=ALL'] },
      { asksToUnmask: true },
    ],
    [
      'the settings of the kernel among such paths',
      { Privileged: true, SecurityOpt: ['unmask=/proc/acpi:/proc/sys'] },
      { asksToUnmask: true },
    ],
    [
      'places of folders in memory',
      { Tmpfs: { '/var/run/': 'size=64m', '/cache': '' } },
      { tmpfsPlaces: ['/cache', '/run'] },
    ],
    [
      'ports without effect on the host network',
      { NetworkMode: 'host', PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '80' }] } },
      { ports: [] },
    ],
    [
      'links to others',
      { Links: ['/db:/web/db', '/db:/web/store', '/a:/web/a'] },
      { linkedTo: ['a', 'db'] },
    ],
    [
      'device requests',
      {
        DeviceRequests: [
          { Driver: 'nvidia', Count: 2, DeviceIDs: null, Capabilities: null },
          { Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']] },
          { Driver: 'cdi', Count: 0, DeviceIDs: ['a', 'b'], Capabilities: null },
        ],
      },
      { deviceRequests: ['nvidia (2)', 'gpu (all)', 'cdi (2)'] },
    ],
  ])('%s', async (_case, host, expected) => {
    await expect(readInspected({ host })).resolves.toMatchObject(expected);
  });

  it.each([
    ['nvidia', 'NVIDIA_VISIBLE_DEVICES=all', ['nvidia (all) by NVIDIA_VISIBLE_DEVICES']],
    ['nvidia', 'NVIDIA_VISIBLE_DEVICES=0,GPU-1', ['nvidia (2) by NVIDIA_VISIBLE_DEVICES']],
    ['nvidia-cdi', 'NVIDIA_VISIBLE_DEVICES=all', ['nvidia (all) by NVIDIA_VISIBLE_DEVICES']],
    ['habana', 'HABANA_VISIBLE_DEVICES=0', ['habana (1) by HABANA_VISIBLE_DEVICES']],
    ['nvidia', 'NVIDIA_VISIBLE_DEVICES=void', []],
    ['nvidia', 'NVIDIA_VISIBLE_DEVICES=none', []],
    ['nvidia', 'NVIDIA_VISIBLE_DEVICES=', []],
    ['nvidia', 'PATH=/bin', []],
    ['runc', 'NVIDIA_VISIBLE_DEVICES=all', []],
    ['', 'NVIDIA_VISIBLE_DEVICES=all', []],
  ])(
    'are given devices by the runtime %s that %s asks for',
    async (Runtime, variable, expected) => {
      const { deviceRequests } = await readInspected({
        host: { Runtime },
        config: { Env: [variable] },
      });

      expect(deviceRequests).toEqual(expected);
    },
  );

  it.each([
    [['CUDA_VERSION=8.0.61'], ['nvidia (all) by CUDA_VERSION']],
    [['CUDA_VERSION=8.0.61', 'NVIDIA_REQUIRE_CUDA='], ['nvidia (all) by CUDA_VERSION']],
    [['CUDA_VERSION=12.4.1', 'NVIDIA_REQUIRE_CUDA=cuda>=12.4'], []],
    [['CUDA_VERSION=8.0.61', 'NVIDIA_VISIBLE_DEVICES='], []],
    [['CUDA_VERSION=8.0.61', 'NVIDIA_VISIBLE_DEVICES=0'], ['nvidia (1) by NVIDIA_VISIBLE_DEVICES']],
    [['CUDA_VERSION='], []],
    [['NVIDIA_VISIBLE_DEVICES=0,all'], ['nvidia (all) by NVIDIA_VISIBLE_DEVICES']],
    [['NVIDIA_VISIBLE_DEVICES=0,void'], []],
    [['NVIDIA_VISIBLE_DEVICES=,'], []],
  ])('are given devices by NVIDIA’s for %j', async (Env, expected) => {
    const { deviceRequests } = await readInspected({
      host: { Runtime: 'nvidia' },
      config: { Env },
    });

    expect(deviceRequests).toEqual(expected);
  });

  it.each([
    [[], true],
    [['--tlsverify=false'], undefined],
    [undefined, undefined],
  ])('keeps of the arguments %j only that there are none', async (Args, expected) => {
    const facts = await readInspected({ top: { Args } });

    expect(facts.hasNoArguments).toBe(expected);
    expect(JSON.stringify(facts)).not.toContain('tlsverify');
  });

  it('publishes once it is given a network, though it was created without one', async () => {
    const host = {
      NetworkMode: 'none',
      PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
    };
    const open = { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] };
    const portsIn = async (network: string, Ports: object) => {
      const NetworkSettings = { Networks: { [network]: null }, Ports };
      const { ports } = await readInspected({ host, top: { NetworkSettings } });
      return ports.map(({ hostIp, isOpen }) => [hostIp, isOpen]);
    };

    expect(await portsIn('none', {})).toEqual([]);
    expect(await portsIn('lan', open)).toEqual([['0.0.0.0', true]]);
    expect(await portsIn('lan', {})).toEqual([['', false]]);
  });

  it('publishes on every port it exposes when it publishes all', async () => {
    const facts = await readInspected({
      host: { NetworkMode: 'bridge', PublishAllPorts: true },
      config: { ExposedPorts: { '80/tcp': {} } },
    });

    expect(facts.ports).toMatchObject([{ containerPort: 80, hostIp: '', hostPort: 0 }]);
  });

  it('may come from an engine that does not know newer fields', async () => {
    const facts = await readInspected({
      host: {
        CgroupnsMode: undefined,
        DeviceRequests: undefined,
        DeviceCgroupRules: undefined,
        MaskedPaths: undefined,
        ReadonlyPaths: undefined,
      },
    });

    expect(facts).toMatchObject({
      cgroupNamespace: { resolved: 'unknown' },
      deviceRequests: [],
      hasUnmaskedSystemPaths: false,
    });
  });
});
