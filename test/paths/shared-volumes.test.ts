import { assess } from '../../src/assessment/assess.ts';
import {
  bind,
  driverVolume,
  localVolume,
  namedVolume,
  port,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ContainerFacts, MountFact } from '../../src/snapshot/facts/container.ts';
import { attackPaths } from '../support/attack-paths.ts';

// Who writes what another container takes up reaches it, as over a network: neither is in one here.

const alone: Partial<ContainerFacts> = {
  networks: [],
  user: { declared: '', uid: 0, reason: null },
};
const volume = (isWritable = true): MountFact => ({ ...namedVolume('site', '/site'), isWritable });
const folder = (isWritable = true): MountFact => bind('/srv/site', { isWritable });

const share = (isWritable = true): MountFact => ({
  ...{ ...driverVolume('nfs'), volume: 'site', destination: '/site', isWritable },
});

const readonly = { isWritable: false };
/** Over `/srv/low`, with what is written in `/srv/up`. */
const overlay = (isWritable = true): MountFact => ({
  ...localVolume('overlay', 'overlay', { layers: ['/srv/low', '/srv/up'], upperLayer: '/srv/up' }),
  isWritable,
});

/** The ways of who comes in by the port of `web`, beside an agent that has the socket of the engine. */
const waysOf = (
  web: readonly MountFact[],
  agent: readonly MountFact[],
  facts: Partial<ContainerFacts> = {},
) =>
  attackPaths(
    assess(
      exampleSnapshot({
        container: { ...alone, ports: [port('0.0.0.0', 80)], mounts: [...web] },
        otherContainers: [
          { name: 'agent', ...alone, ...facts, mounts: [bind('/run/docker.sock'), ...agent] },
        ],
      }),
    ),
  ).paths.filter(({ through }) => through?.[0] === 'c0ffee000001');

it.each<[string, MountFact[], MountFact[]]>([
  ['a volume', [volume()], [volume(false)]],
  ['a volume into which both write', [volume()], [volume()]],
  ['a folder of the host', [folder()], [folder(false)]],
  ['a volume of a driver', [share()], [share(false)]],
  ['a folder in which that of the other lies', [bind('/srv')], [folder(false)]],
  ['a folder that lies in that of the other', [folder()], [bind('/srv', { isWritable: false })]],
  ['a folder far below that of the other', [bind('/srv/a/b/site')], [bind('/srv')]],
  ['a volume of which the other has a part', [volume()], [{ ...volume(false), part: 'site' }]],
  ['a folder in a home that the other has', [bind('/home/web/x')], [bind('/home/web', readonly)]],
  ['a volume of which the other has the folder', [volume()], [bind('/var/lib', readonly)]],
  ['a folder of the upper one of an overlay', [bind('/srv/up/site')], [overlay(false)]],
  ['the upper folder of an overlay', [overlay()], [bind('/srv/up', readonly)]],
  ['a part of a volume', [{ ...volume(), part: 'a/site' }], [{ ...volume(false), part: 'a' }]],
])('through %s there is a conditional way', (_title, web, agent) => {
  const [way, ...more] = waysOf(web, agent);

  expect(more).toEqual([]);
  expect(way).toMatchObject({ certainty: 'conditional', startsFromPublicPort: true });
  expect(way?.sentence).toContain('which others mount, and agent mounts the engine socket');
  expect(way?.sentence).toMatch(
    /This needs: a weakness in agent that what is written to (volume )?\S+ reaches\.$/,
  );
});

it.each<[string, MountFact[], MountFact[], Partial<ContainerFacts>]>([
  ['nobody but the other writes', [volume(false)], [volume()], {}],
  ['each has its own', [volume()], [{ ...volume(), volume: 'other' }], {}],
  ['each has its own part of it', [{ ...volume(), part: 'a' }], [{ ...volume(), part: 'ab' }], {}],
  ['each has its own folder of one', [bind('/srv/a')], [bind('/srv/ab')], {}],
  ['nothing is written to the lower folder of an overlay', [overlay()], [bind('/srv/low')], {}],
  ['the other does not run', [volume()], [volume()], { state: 'exited', pid: null }],
  [
    'it is a place of the host that all know',
    [bind('/etc/localtime')],
    [bind('/etc/localtime')],
    {},
  ],
  ['it is a socket of the system', [bind('/run/nscd/socket')], [bind('/run/nscd/socket')], {}],
  ['the other mounts nothing', [volume()], [], {}],
])('there is none where %s', (_title, web, agent, facts) => {
  expect(waysOf(web, agent, facts).filter(({ through }) => through?.length === 2)).toEqual([]);
});

it('is there through the data of a volume, beside those that this may be by itself', () => {
  const data = [bind('/var/lib/docker/volumes/site/_data/a')];
  const through = (mounts: MountFact[], agent: MountFact[]) =>
    waysOf(mounts, agent).filter((way) => way.through?.length === 2);

  expect(through(data, [volume(false)])).toMatchObject([{ certainty: 'conditional' }]);
  expect(through(data, [{ ...volume(false), part: 'b' }])).toEqual([]);
});

it('leads not from folder to folder by a third who mounts what both lie in', () => {
  const container = (name: string, mounts: MountFact[]) => ({ name, ...alone, mounts });
  const { paths } = attackPaths(
    assess(
      exampleSnapshot({
        container: { ...alone, ports: [port('0.0.0.0', 80)], mounts: [bind('/srv/a')] },
        otherContainers: [
          container('both', [bind('/srv', { isWritable: false })]),
          container('agent', [bind('/run/docker.sock'), bind('/srv/b')]),
        ],
      }),
    ),
  );

  expect(paths.filter(({ through }) => through?.includes('c0ffee000001'))).toEqual([]);
});
