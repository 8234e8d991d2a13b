import { processes } from '../../../src/snapshot/collectors/processes.ts';
import { inspectAnswer, inspectedId } from '../../support/inspect-answer.ts';
import { engineStatus, recordedReader, recording } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

type Fields = Record<string, unknown>;

const MAIN_PID = '18141';
const topPath = `/containers/${inspectedId}/top`;
/** What an old `ps` does not tell. */
const bare = {
  groups: null,
  label: null,
  namespaces: null,
  threads: null,
  otherUids: null,
  capabilities: null,
  seccompMode: null,
};
const TITLES = ['PID', 'PPID', 'EUID', 'COMMAND'];

const failing =
  (status: number, message = 'x') =>
  () => {
    throw engineStatus(topPath, status, message);
  };

async function readOne(top: unknown, state = 'running', overrides: Fields = {}) {
  const list = recording('containers_json_all_1') as Fields[];
  const listed = list.filter(({ Id }) => Id === inspectedId).map((c) => ({ ...c, State: state }));
  const found = await runCollector(processes, {
    engine: recordedReader({ '/containers/json': listed, [topPath]: top, ...overrides }),
  });
  return found[0]?.facts;
}

describe('processes', () => {
  it('come with the effective user and the short name', async () => {
    const asked: unknown[] = [];
    const top = (query: unknown) => {
      asked.push(query);
      return {
        Titles: TITLES,
        Processes: [
          ['18200', MAIN_PID, '1000', 'my worker'],
          [MAIN_PID, '1', '0', 'sleep'],
          ['18201', MAIN_PID, '0', 'sh <defunct>'],
        ],
      };
    };

    await expect(readOne(top)).resolves.toEqual({
      state: 'read',
      value: [
        { ...bare, pid: 18_141, effectiveUid: 0, name: 'sleep' },
        { ...bare, pid: 18_200, effectiveUid: 1000, name: 'my worker' },
        { ...bare, pid: 18_201, effectiveUid: 0, name: 'sh' },
      ],
    });
    expect(asked).toEqual([
      {
        ps_args:
          '-eo pid,ppid,euid,ruid,suid,fuid,egid,rgid,sgid,fgid,supgid,pidns,netns,mntns,userns,ipcns,utsns,cgroupns,nlwp,label,comm',
      },
    ]);
  });

  it('come with groups, label and namespaces, also when the label has a mode', async () => {
    const titles =
      'PID PPID EUID SUPGID PIDNS NETNS MNTNS USERNS IPCNS UTSNS CGROUPNS LABEL COMMAND';
    const row = `${MAIN_PID} 1 0 1000,0 1 2 3 4 5 6 - docker-default`.split(' ');
    const other = '18200 1 0 - 1 2 3 4 5 6 7 - my worker'.split(' ');
    const top = {
      Titles: titles.split(' '),
      Processes: [
        [...row, '(enforce) my worker'],
        [...other.slice(0, 12), other.slice(12).join(' ')],
      ],
    };

    await expect(readOne(top)).resolves.toMatchObject({
      state: 'read',
      value: [
        {
          pid: 18_141,
          effectiveUid: 0,
          groups: [0, 1000],
          label: 'docker-default (enforce)',
          name: 'my worker',
          namespaces: { pid: 1, network: 2, mount: 3, user: 4, ipc: 5, uts: 6, cgroup: null },
        },
        {
          pid: 18_200,
          effectiveUid: 0,
          groups: [],
          label: '',
          name: 'my worker',
          namespaces: { pid: 1, network: 2, mount: 3, user: 4, ipc: 5, uts: 6, cgroup: 7 },
        },
      ],
    });
  });

  it.each([
    ['unconfined', '(enforce) x', 'unconfined', '(enforce) x'],
    ['unconfined', '(enforce) (enforce) x', 'unconfined', '(enforce) (enforce) x'],
    ['odd', '(complain) (enforce) x', 'odd (complain)', '(enforce) x'],
    // The mode of a profile with a blank in its name is lost, and none is read into it.
    ['my', 'profile (enforce) x', 'my', 'profile (enforce) x'],
  ])('give %s %s no mode that a process wrote', async (cell, last, label, name) => {
    const top = {
      Titles: ['PID', 'PPID', 'EUID', 'RUID', 'SUID', 'FUID', 'NLWP', 'LABEL', 'COMMAND'],
      Processes: [[MAIN_PID, '1', '1000', '1000', '0', '1000', '3', cell, last]],
    };

    await expect(readOne(top)).resolves.toMatchObject({
      value: [{ label, name, effectiveUid: 1000, otherUids: [1000, 0, 1000], threads: 3 }],
    });
  });

  describe('of several threads', () => {
    const titles = [
      ...['PID', 'EUID', 'RUID', 'SUID', 'FUID', 'EGID', 'RGID', 'SGID', 'FGID', 'SUPGID'],
      ...['NLWP', 'COMMAND'],
    ];
    const row = (uid: number, threads: number) =>
      `${MAIN_PID} ${uid} ${uid} ${uid} ${uid} ${uid} ${uid} ${uid} ${uid} - ${threads} web`.split(
        ' ',
      );
    const answering = (first: string[], ofThreads: string[][]) => {
      const asked: string[] = [];
      const top = ({ ps_args }: { ps_args: string }) => {
        asked.push(ps_args);
        return { Titles: titles, Processes: asked.length === 1 ? [first] : ofThreads };
      };
      return { asked, read: () => readOne(top as (query: unknown) => unknown) };
    };

    it('come with the users and groups of all of them', async () => {
      const { asked, read } = answering(row(1000, 2), [row(1000, 2), row(0, 2)]);

      await expect(read()).resolves.toMatchObject({
        value: [
          { effectiveUid: 1000, otherUids: [0, 1000], groups: [0, 1000], areThreadsRead: true },
        ],
      });
      expect(asked.slice(1)).toEqual([
        `-Lo pid,euid,ruid,suid,fuid,egid,rgid,sgid,fgid,supgid,nlwp,comm -q ${MAIN_PID}`,
      ]);
    });

    it('are not known to be all where another number of them was listed', async () => {
      const { read } = answering(row(1000, 3), [row(1000, 3), row(1000, 3)]);

      const found = await read();
      expect(found).toMatchObject({ value: [{ otherUids: [1000, 1000, 1000], threads: 3 }] });
      expect(JSON.stringify(found)).not.toContain('areThreadsRead');
    });

    it('are not known where the second list lacks a column of users', async () => {
      const without = (cells: string[], column: string) =>
        cells.filter((_, index) => titles[index] !== column);
      let count = 0;
      const top = () => {
        count += 1;
        if (count === 1) return { Titles: titles, Processes: [row(1000, 2)] };
        const Processes = [row(1000, 2), row(1000, 2)].map((cells) => without(cells, 'EUID'));
        return { Titles: without(titles, 'EUID'), Processes };
      };

      const found = await readOne(top);
      expect(found).toMatchObject({ state: 'read' });
      expect(count).toBe(2);
      expect(JSON.stringify(found)).not.toContain('areThreadsRead');
    });

    it('are asked for no more where one is root, or each is alone', async () => {
      for (const first of [row(0, 2), row(1000, 1)]) {
        const { asked, read } = answering(first, []);
        await expect(read()).resolves.toMatchObject({ state: 'read' });
        expect(asked).toHaveLength(1);
      }
    });
  });

  it('come with the groups of their own, which need not be among the others', async () => {
    const top = {
      Titles: ['PID', 'PPID', 'EUID', 'EGID', 'RGID', 'SGID', 'FGID', 'SUPGID', 'COMMAND'],
      Processes: [[MAIN_PID, '1', '0', '1000', '1000', '0', '1000', '-', 'sleep']],
    };

    await expect(readOne(top)).resolves.toMatchObject({ value: [{ groups: [0, 1000] }] });
  });

  it('come without what an old ps does not know', async () => {
    const top = (query: Fields) => {
      if (String(query.ps_args).includes('cgroupns')) {
        throw engineStatus(topPath, 500, 'ps: error: unknown user-defined format specifier');
      }
      return { Titles: TITLES, Processes: [[MAIN_PID, '1', '0', 'sleep']] };
    };

    await expect(readOne(top)).resolves.toMatchObject({
      value: [{ effectiveUid: 0, groups: null, namespaces: null }],
    });
  });

  it('are asked for in a paused container too', async () => {
    const top = { Titles: TITLES, Processes: [[MAIN_PID, '1', '0', 'sleep']] };

    await expect(readOne(top, 'paused')).resolves.toMatchObject({ state: 'read' });
  });

  it('come without the effective user from a busybox host', async () => {
    const top = (query: Fields) => {
      if (String(query.ps_args).includes('euid'))
        throw engineStatus('/top', 500, 'bad -o argument');
      return { Titles: ['PID', 'USER', 'COMMAND'], Processes: [[MAIN_PID, 'root', 'sshd']] };
    };

    await expect(readOne(top)).resolves.toEqual({
      state: 'read',
      value: [{ ...bare, pid: 18_141, effectiveUid: null, name: 'sshd' }],
    });
  });

  it.each<[string, unknown, string]>([
    ['the engine cannot tell (rootless)', failing(500, 'unable to get all pids'), 'unable to get'],
    ['it has just stopped', failing(409, 'is not running'), 'is not running'],
    ['the container ended meanwhile', { Titles: TITLES, Processes: null }, 'a list at .Processes'],
    [
      'the list shows other processes (gVisor)',
      { Titles: TITLES, Processes: [['1', '0', '0', 'systemd']] },
      'main process',
    ],
    ['the list is empty', { Titles: TITLES, Processes: [] }, 'main process'],
    ['a row is short', { Titles: TITLES, Processes: [[MAIN_PID, '1']] }, 'a cell for every'],
    ['an id is no number', { Titles: TITLES, Processes: [['x', '1', '0', 'a']] }, 'digits'],
    ['a title is missing', { Titles: ['UID'], Processes: [] }, 'PID and COMMAND'],
    ['the answer is a text', 'hello', 'expected a record'],
  ])('are unread when %s', async (_case, top, reason) => {
    const reading = await readOne(top);

    expect(reading).toMatchObject({ state: 'unread' });
    expect(reading?.state === 'unread' && reading.reason).toContain(reason);
  });

  it.each(['created', 'exited', 'restarting', 'dead'])(
    'are not asked for in a container that is %s',
    async (state) => {
      const top = () => {
        throw new Error('asked without need');
      };

      await expect(readOne(top, state)).resolves.toEqual({
        state: 'unread',
        reason: 'the container is not running',
      });
    },
  );

  it('are unread when the main process is not known', async () => {
    const top = { Titles: TITLES, Processes: [['0', '0', '0', 'x']] };
    const inspect = { [`/containers/${inspectedId}/json`]: inspectAnswer({ state: { Pid: 0 } }) };

    await expect(readOne(top, 'running', inspect)).resolves.toMatchObject({ state: 'unread' });
  });

  it('leave out a container that has gone', async () => {
    await expect(readOne(failing(404))).resolves.toBeUndefined();
  });

  it('are unread one by one when all fail, and as a whole without the list', async () => {
    const found = await runCollector(processes, { engine: recordedReader() });

    expect(found).toHaveLength(36);
    expect(found.every((container) => container.facts.state === 'unread')).toBe(true);
    const reading = runCollector(processes, {
      engine: recordedReader({ '/containers/json': failing(500) }),
    });
    await expect(reading).rejects.toThrow('500');
  });
});
