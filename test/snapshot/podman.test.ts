import { OutsideError } from '../../src/shared/errors.ts';
import { containers } from '../../src/snapshot/collectors/containers.ts';
import { hostFiles } from '../../src/snapshot/collectors/host-files.ts';
import { limits } from '../../src/snapshot/collectors/limits.ts';
import { processes } from '../../src/snapshot/collectors/processes.ts';
import { hostDoor } from '../support/host-door.ts';
import { inspectAnswer, inspectedId } from '../support/inspect-answer.ts';
import { engineStatus, recordedReader, recording } from '../support/recorded-reader.ts';
import { runCollector } from '../support/run-collector.ts';

type Fields = Record<string, unknown>;

const MAIN_PID = 18_141;
const TITLES = [
  ...['HPID', 'HUID', 'INHERITED CAPS', 'PERMITTED CAPS', 'EFFECTIVE CAPS', 'BOUNDING CAPS'],
  ...['AMBIENT CAPS', 'SECCOMP', 'LABEL', 'COMMAND'],
];
const row = [
  '18141',
  '0',
  'none',
  'CHOWN,SYS_ADMIN',
  'CHOWN',
  'full',
  'none',
  'filter',
  '?',
  'web',
];

const version = (written = '5.4.2') => ({
  ...(recording('version') as Fields),
  Version: written,
  Components: [{ Name: 'Podman Engine', Version: written }],
});
const topPath = `/containers/${inspectedId}/top`;
const libpodPath = `/libpod/containers/${inspectedId}/json`;

/** Podman with one container. */
const podman = (answers: Fields = {}, written?: string) => {
  const listed = (recording('containers_json_all_1') as Fields[]).filter(
    ({ Id }) => Id === inspectedId,
  );
  const known = { '/version': version(written), '/containers/json': listed };
  return recordedReader({ ...known, ...answers });
};

async function readProcesses(Processes: unknown, written?: string) {
  const asked: unknown[] = [];
  const top = (query: unknown) => {
    asked.push(query);
    return { Titles: TITLES, Processes };
  };
  const [found] = await runCollector(processes, { engine: podman({ [topPath]: top }, written) });
  return { found, asked };
}

describe('processes of Podman', () => {
  it('come with capabilities and seccomp, as the word of the container', async () => {
    const { found, asked } = await readProcesses([row]);

    expect(asked).toEqual([
      { ps_args: 'hpid,huid,capinh,capprm,capeff,capbnd,capamb,seccomp,label,comm' },
    ]);
    expect(found).toMatchObject({
      isToldByContainer: true,
      facts: {
        state: 'read',
        value: [
          {
            pid: MAIN_PID,
            effectiveUid: 0,
            name: 'web',
            groups: null,
            label: null,
            capabilities: {
              inheritable: [],
              permitted: ['CAP_CHOWN', 'CAP_SYS_ADMIN'],
              effective: ['CAP_CHOWN'],
              ambient: [],
            },
            seccompMode: 2,
          },
        ],
      },
    });
    const bounding =
      found?.facts.state === 'read' ? found.facts.value[0]?.capabilities?.bounding : [];
    expect(bounding).toHaveLength(41);
  });

  it.each<[string, unknown, string]>([
    ['of a neighbour', [row, ['?', '?', ...row.slice(2)]], 'not in its own control group'],
    ['of others alone', [['7', ...row.slice(1)]], "lacks the container's own main process"],
    ['that are none', null, 'expected a list'],
    ['with a column too few', [row.slice(1)], 'a cell for every title'],
    ['with a column too many', [[...row, 'x']], 'a cell for every title'],
    ['with an unknown capability', [[...row.slice(0, 3), 'unknown', ...row.slice(4)]], 'names of'],
    ['with a name for a user', [['18141', 'root', ...row.slice(2)]], 'digits'],
  ])('are unread in a list %s', async (_, rows, reason) => {
    const { found } = await readProcesses(rows);

    expect(found?.facts).toMatchObject({
      state: 'unread',
      reason: expect.stringContaining(reason),
    });
  });

  it.each(['5.3.1', '4.9.3', '3.4.0', 'dev'])(
    'are not asked for before 5.4: %s',
    async (written) => {
      const { found, asked } = await readProcesses([row], written);

      expect(asked).toEqual([]);
      expect(found?.facts).toMatchObject({ state: 'unread' });
    },
  );

  it.each(['5.4.0', '5.12.1', '6.0.0-dev'])('are asked for since: %s', async (written) => {
    expect((await readProcesses([row], written)).found?.facts.state).toBe('read');
  });

  it('are not asked for where nobody says which engine it is', async () => {
    const refuse = () => {
      throw engineStatus('/version', 403);
    };

    await expect(
      runCollector(processes, { engine: podman({ '/version': refuse }) }),
    ).rejects.toThrow(OutsideError);
  });
});

it.each<[string, unknown, unknown]>([
  ['without a limit', { current: 1 }, { state: 'unread' }],
  ['without anything', {}, { state: 'unread' }],
  ['with a limit', { current: 1, limit: 10 }, { state: 'read', value: 10 }],
])('takes no limit of processes for none in stats %s', async (_, pids_stats, pids) => {
  const stats = { memory_stats: { limit: 64 }, pids_stats };

  const [found] = await runCollector(limits, {
    engine: podman({ [`/containers/${inspectedId}/stats`]: stats }),
  });

  expect(found?.facts).toMatchObject({
    state: 'read',
    value: { memoryBytes: { value: 64 }, pids },
  });
});

it('tells the limit of processes where control groups count no memory', async () => {
  const stats = { memory_stats: {}, pids_stats: { current: 1, limit: 10 } };

  const [found] = await runCollector(limits, {
    engine: recordedReader({ [`/containers/${inspectedId}/stats`]: stats }),
  });

  const memoryBytes = { state: 'unread', reason: expect.stringContaining('no memory of it') };
  expect(found?.facts).toMatchObject({
    state: 'read',
    value: { memoryBytes, pids: { value: 10 } },
  });
});

describe('a container of Podman', () => {
  const privileged = { Privileged: true, CapDrop: ['SYS_RESOURCE'], Runtime: 'oci' };
  const details = {
    OCIRuntime: 'crun',
    BoundingCaps: ['CAP_CHOWN', 'CAP_KILL'],
    HostConfig: { CgroupMode: 'private' },
  };
  const readOne = async (host: Fields, answers: Fields = {}) => {
    const inspected = inspectAnswer({ host: { CgroupnsMode: '', Runtime: 'oci', ...host } });
    const path = `/containers/${inspectedId}/json`;
    const { read } = await runCollector(containers, {
      engine: podman({ [path]: inspected, ...answers }),
    });
    return read[0];
  };

  it('has what Podman’s own API says of it', async () => {
    expect(await readOne(privileged, { [libpodPath]: details })).toMatchObject({
      runtime: 'crun',
      addedCapabilities: [],
      droppedCapabilities: [],
      configuredCapabilities: ['CAP_CHOWN', 'CAP_KILL'],
      cgroupNamespace: { mode: 'private', resolved: 'private' },
    });
  });

  it('has the default set of Podman where that is not allowed, and an unknown runtime', async () => {
    const found = await readOne({ CapAdd: ['CAP_NET_RAW'], CapDrop: ['CAP_CHOWN'] });

    expect(found).toMatchObject({ runtime: 'oci', cgroupNamespace: { resolved: 'unknown' } });
    expect(found?.configuredCapabilities).toHaveLength(11);
    expect(found?.configuredCapabilities).toContain('CAP_NET_RAW');
    expect(found?.configuredCapabilities).not.toContain('CAP_MKNOD');
  });

  it('mounts a folder alone where its own API says so', async () => {
    const bound = (place: string, ...options: string[]) => ({
      ...{ Type: 'bind', Destination: place, Options: ['nosuid', ...options] },
    });
    const Mounts = [bound('/host/', 'bind'), bound('/srv', 'rbind')];
    const answer = inspectAnswer({ host: { Runtime: 'oci' } });
    const mounts = ['/host', '/srv'].map((Destination) => ({
      ...{ Type: 'bind', Source: '/', Destination, RW: true, Propagation: 'rprivate' },
    }));
    const found = await readOne(
      {},
      {
        [`/containers/${inspectedId}/json`]: { ...answer, Mounts: mounts },
        [libpodPath]: { ...details, Mounts },
      },
    );

    expect(found?.mounts.map(({ isNonRecursive = false }) => isNonRecursive)).toEqual([
      true,
      false,
    ]);
  });

  it('lies over folders of the host that no list names', async () => {
    const words = ['podman', 'run', '-v', '/etc:/a:O', '--volume=/root/:/b:ro,O', '-v/srv:/c:O'];
    const more = ['-v', 'data:/d:O', '-v', '/opt:/e:z', '-v', './x:/f:O', '-e', 'A=/opt:/g:O'];
    const last = [
      '--name',
      'stable',
      '-v',
      '/srv:/h:O,upperdir=/etc/cron.d,workdir=/w',
      '-itv',
      '/usr:/i:O',
    ];
    const inner = ['podman', 'run', '-v', '/boot:/j:O', 'alpine', 'hunter2'];
    const Config = {
      CreateCommand: [...words, ...more, ...last, 'podman/stable', ...inner],
      Image: 'quay.io/podman/stable:latest',
    };
    const found = await readOne({}, { [libpodPath]: { ...details, Config } });
    const overlays = found?.mounts.filter((mount) => mount.volumeMount?.filesystem === 'overlay');

    expect(overlays?.map((one) => [one.destination, one.volumeMount?.layers])).toEqual([
      ['/a', ['/etc']],
      ['/b', ['/root']],
      ['/c', ['/srv']],
      ['/f', []],
      ['/h', ['/srv', '/etc/cron.d']],
      ['/i', ['/usr']],
    ]);
    expect(overlays?.map((one) => one.volumeMount?.upperLayer)).toContain('/etc/cron.d');
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('is read where nobody says which engine it is', async () => {
    const refuse = () => {
      throw engineStatus('/version', 403);
    };

    expect(await readOne({}, { '/version': refuse })).toMatchObject({ runtime: 'oci' });
  });
});

it('has no files of Docker’s engine, and makes nothing to look for them', async () => {
  await expect(
    runCollector(hostFiles, { engine: podman(), hostFiles: hostDoor({}) }),
  ).rejects.toThrow('The engine is Podman');
});
