import { images } from '../../../src/snapshot/collectors/images.ts';
import { createHistoryMemory } from '../../../src/snapshot/history-memory.ts';
import { engineStatus, recordedReader, recording } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

type Fields = Record<string, unknown>;

const recorded = recording('images') as Fields[];
const named = (tag: string) => {
  const found = recorded.find(({ RepoTags }) => (RepoTags as string[]).includes(tag));
  if (!found) throw new Error(`no ${tag} in the recording`);
  return found;
};
const failing = (status: number) => () => {
  throw engineStatus('/x', status);
};

describe('the recorded images', () => {
  it('are each read once, however many tags they have', async () => {
    const { read, unread } = await runCollector(images, { engine: recordedReader() });

    expect(unread).toEqual([]);
    expect(read).toHaveLength(13);
    expect(read.find(({ tags }) => tags.includes('bb:1.0'))?.tags).toEqual(['bb:1.0', 'bb:latest']);
  });

  it('show what they were made to show', async () => {
    const { read } = await runCollector(images, { engine: recordedReader() });
    const tagged = (tag: string) => read.find(({ tags }) => tags.includes(tag));

    expect(tagged('bb-user00:1.0')?.user.uid).toBe(0);
    expect(tagged('bb-nonroot:1.0')?.user.uid).toBe(1000);
    expect(tagged('bb-health:1.0')?.healthcheck).toBe('defined');
    expect(tagged('bb-healthnone:1.0')?.healthcheck).toBe('disabled');
    const steps = (tag: string) => tagged(tag)?.history.map(({ instruction }) => instruction);
    expect(steps('bb-addlast:1.0')).toEqual(['ADD', '']);
    expect(steps('bb-copy:1.0')).toEqual(['COPY', '']);
    expect(steps('bb-envadd:1.0')).toEqual(['RUN', 'ENV', '']);
    expect(tagged('bb:1.0')).toMatchObject({ hasParent: false, isImported: true });
    expect(tagged('bb-copy:1.0')).toMatchObject({ hasParent: true, isImported: false });
  });
});

describe('images', () => {
  const pathOf = (image: Fields, call: string) => `/images/${String(image.Id)}/${call}`;

  it('include one that lost its name but is in use', async () => {
    const all = recording('images_json_all_1') as Fields[];
    const used = named('bb:1.0').Id;

    const { read } = await runCollector(images, {
      engine: recordedReader({ '/images/json': all.filter(({ Id }) => Id !== used) }),
    });

    expect(read.map(({ id }) => id)).toContain(used);
  });

  it('are called as they were asked for, also where the engine tells of one under two ids', async () => {
    const [one, other] = ['bb:1.0', 'bb-copy:1.0'].map(named) as [Fields, Fields];

    const { read } = await runCollector(images, {
      engine: recordedReader({ [pathOf(other, 'json')]: one }),
    });

    const ids = read.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain(other.Id);
  });

  it('do not include one in use that is no longer there', async () => {
    const image = named('bb-copy:1.0');

    const { read, unread } = await runCollector(images, {
      engine: recordedReader({ [pathOf(image, 'json')]: failing(404) }),
    });

    expect(read).toHaveLength(12);
    expect(unread).toEqual([]);
  });

  it('committed from a container have a parent and a newest layer of no step, whatever was said', async () => {
    const image = named('bb-copy:1.0');
    const layer = {
      Created: 1_767_225_600,
      CreatedBy: 'nginx -g daemon off;',
      Size: 1,
      Comment: 'Imported from -',
    };

    const { read } = await runCollector(images, {
      engine: recordedReader({
        [pathOf(image, 'json')]: { ...image, Comment: 'Imported from -' },
        [pathOf(image, 'history')]: [layer],
      }),
    });

    expect(read.find(({ tags }) => tags.includes('bb-copy:1.0'))).toMatchObject({
      hasParent: true,
      isImported: false,
      history: [{ instruction: '' }],
    });
  });

  describe('whose engine gives a digest to every name', () => {
    const image = named('bb-copy:1.0');
    const cameFrom = async (changes: Fields, version?: Fields) => {
      const answer = { ...image, ...changes };
      const answers = { [pathOf(image, 'json')]: answer, ...(version && { '/version': version }) };
      const { read } = await runCollector(images, { engine: recordedReader(answers) });
      return read.find(({ id }) => id === image.Id)?.cameFrom;
    };
    const given = { RepoDigests: [`team/app@${String(image.Id)}`] };
    const podman = {
      ...(recording('version') as Fields),
      Components: [{ Name: 'Podman Engine', Version: '5.4.2' }],
    };

    it('do not tell by it where they come from', async () => {
      expect(await cameFrom(given)).toBeNull();
      expect(await cameFrom({ RepoDigests: ['team/app@sha256:22'] }, podman)).toBeNull();
      expect(await cameFrom({ RepoDigests: ['team/app@sha256:22'] })).toBeUndefined();
      expect(await cameFrom({ RepoDigests: [] })).toBeUndefined();
    });

    it('tell it by what the engine says of their contents', async () => {
      const Pull = [{ Repository: 'docker.io/team/app' }];
      expect(await cameFrom({ ...given, Identity: { Pull } })).toEqual(['docker.io/team/app']);
      expect(await cameFrom({ ...given, Identity: { Build: [{ Ref: 'x' }] } })).toEqual([]);
    });
  });

  it('of one id that have other layers than before are read anew', async () => {
    const image = named('bb-copy:1.0');
    const step = { Created: 1, CreatedBy: 'RUN true', Size: 1, Comment: '' };
    const historyMemory = createHistoryMemory();
    const context = { ownerLabel: null, takenAt: '', knownImages: [], historyMemory };
    const stepsOf = async (history: Fields[], ...layers: string[]) => {
      const answer = { ...image, RootFS: { Type: 'layers', Layers: layers } };
      const answers = { [pathOf(image, 'json')]: answer, [pathOf(image, 'history')]: history };
      const { read } = await runCollector(images, { engine: recordedReader(answers), context });
      return read.find(({ id }) => id === image.Id)?.history.length;
    };

    expect(await stepsOf([], 'sha256:1')).toBe(0);
    expect(await stepsOf([step], 'sha256:1')).toBe(1);
    expect(await stepsOf([], 'sha256:1')).toBe(1);
    expect(await stepsOf([step, step], 'sha256:2')).toBe(2);
  });

  it.each(['json', 'history'])('are unread one by one when %s fails', async (call) => {
    const image = named('bb-copy:1.0');

    const { read, unread } = await runCollector(images, {
      engine: recordedReader({ [pathOf(image, call)]: failing(500) }),
    });

    expect(read).toHaveLength(12);
    expect(unread).toMatchObject([{ id: image.Id, name: 'bb-copy:1.0' }]);
  });

  it('reject without a list, or without knowing which are in use', async () => {
    for (const path of ['/images/json', '/containers/json']) {
      await expect(
        runCollector(images, { engine: recordedReader({ [path]: failing(500) }) }),
      ).rejects.toThrow('500');
      await expect(
        runCollector(images, { engine: recordedReader({ [path]: {} }) }),
      ).rejects.toThrow('a list');
    }
  });

  it('leave a user given by name open', async () => {
    const image = named('bb-copy:1.0');
    const answer = { ...image, Config: { ...(image.Config as Fields), User: 'app' } };

    const { read } = await runCollector(images, {
      engine: recordedReader({ [pathOf(image, 'json')]: answer }),
    });

    expect(read.find(({ id }) => id === image.Id)?.user).toEqual({
      declared: 'app',
      uid: null,
      reason: expect.stringContaining('/etc/passwd'),
    });
  });

  it.each<[string, Fields]>([
    ['null for the configuration', { Config: null }],
    ['no empty fields', { Config: {}, RepoTags: undefined, RepoDigests: undefined }],
    ['a placeholder for a name', { RepoTags: ['<none>:<none>'], RepoDigests: ['<none>@<none>'] }],
    ['no date', { Created: undefined }],
  ])('may come with %s', async (_case, changes) => {
    const image = named('bb-copy:1.0');
    const answer = { ...image, ...changes };

    const { read, unread } = await runCollector(images, {
      engine: recordedReader({ [pathOf(image, 'json')]: answer }),
    });

    expect(unread).toEqual([]);
    const facts = read.find(({ id }) => id === image.Id);
    expect(facts?.tags.join()).not.toContain('<none>');
    expect(facts?.user.uid).toBe(0);
  });
});
