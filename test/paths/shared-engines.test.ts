import { assess } from '../../src/assessment/assess.ts';
import { bind, namedVolume, network, privileged } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { leftOut, read } from '../../src/shared/reading.ts';
import type { ContainerFacts, MountFact } from '../../src/snapshot/facts/container.ts';
import { attackPaths } from '../support/attack-paths.ts';

// A privileged container with an engine of its own hands others what they need to reach that: as the image docker:dind is
// documented, the certificate by a volume, or the socket itself.

const root = { user: { declared: '', uid: 0, reason: null } };
const exposed = [2375, 2376].map((containerPort) => ({ containerPort, protocol: 'tcp' }));
const INNER = 'c0ffee0000d1';
const WEB = 'c0ffee000001';

interface Setting {
  web?: Partial<ContainerFacts>;
  dind?: Partial<ContainerFacts>;
  /** On which port something listens in it; undefined where no level reads that. */
  listening?: number | null;
}

function stepOf(mounts: [web: MountFact[], dind: MountFact[]], setting: Setting = {}) {
  const { web = {}, dind = {}, listening } = setting;
  const snapshot = exampleSnapshot({
    container: { networks: ['build'], ...root, mounts: mounts[0], ...web },
    otherContainers: [
      {
        ...{ id: INNER, name: 'dind', networks: ['build'], mounts: mounts[1], ...root },
        ...{ ...privileged, exposedPorts: exposed, ...dind },
      },
    ],
    networks: [network('build'), network('other')],
  });
  const { takenAt: readAt } = snapshot;
  const socket = { protocol: 'tcp', family: 'ipv4', address: '0.0.0.0' } as const;
  const facts = (port?: number | null) =>
    read({ readAt, sockets: port ? [{ ...socket, port }] : [] });
  const listeners =
    listening === undefined
      ? leftOut('needs evidence level kernel')
      : read({
          containers: [
            { containerId: INNER, facts: facts(listening) },
            { containerId: WEB, facts: facts() },
          ],
          notes: [],
        });
  const { paths } = attackPaths(assess({ ...snapshot, listeners }));
  const path = paths.find(({ through }) => through?.[0] === WEB);
  const step = path?.steps.find(({ says }) => /dind/.test(says));
  return step ? { says: step.says, conditions: step.conditions, certainty: path?.certainty } : null;
}

const certificates = (at: string): MountFact => namedVolume('certs', at);
const toRead = (mount: MountFact): MountFact => ({ ...mount, isWritable: false });
const answers = 'an engine answers there (unknown)';
const lies = (where: string) => `a certificate for it lies in ${where} (unknown)`;

describe('by a certificate in a volume', () => {
  const shared: [MountFact[], MountFact[]] = [
    [toRead(certificates('/certs/client'))],
    [certificates('/certs/client')],
  ];

  it('is a way where the engine listens', () => {
    expect(stepOf(shared, { listening: 2376 })).toEqual({
      says: 'reaches port 2376 of dind through the network build',
      conditions: [answers, lies('volume certs')],
      certainty: 'unproven',
    });
  });

  it('is one by what the image exposes, where no level reads who listens', () => {
    const asked = { dind: { exposedPorts: exposed.slice(1) } };
    expect(stepOf(shared, asked)?.conditions).toEqual([answers, lies('volume certs')]);
    // The one without a certificate comes first.
    expect(stepOf(shared)?.conditions).toEqual([answers]);
    expect(stepOf(shared, { dind: { exposedPorts: [] } })).toBeNull();
  });

  it('is one by a folder of the host, and by a part of it', () => {
    const all = [bind('/srv/dind', { destination: '/certs' })];
    const part = [bind('/srv/dind/client', { destination: '/keys', isWritable: false })];
    expect(stepOf([part, all], { listening: 2376 })?.conditions).toEqual([
      answers,
      lies('/srv/dind'),
    ]);
  });

  it.each<[string, [MountFact[], MountFact[]], Setting]>([
    ['nothing is shared', [[], [certificates('/certs/client')]], { listening: 2376 }],
    [
      'something else is shared',
      [[namedVolume('builds', '/builds')], [namedVolume('builds', '/builds')]],
      { listening: 2376 },
    ],
    ['nothing listens', shared, { listening: null }],
    ['it is in another network', shared, { listening: 2376, web: { networks: ['other'] } }],
    [
      'the other holds nothing',
      shared,
      { listening: 2376, dind: { isPrivileged: false, configuredCapabilities: [] } },
    ],
  ])('is none where %s', (_title, mounts, setting) => {
    expect(stepOf(mounts, setting)).toBeNull();
  });
});

describe('by the folder of the socket', () => {
  const nobody = { user: { declared: '1000', uid: 1000, reason: null } };
  const apart = { networks: [] };
  const at = (path: string): MountFact => namedVolume('run', path);
  const listens = 'an engine of dind listens there (unknown)';

  it.each(['/run', '/var/run', '/run/docker.sock', '/run/user/1000'])(
    'is a way for who mounts what is at %s there, and be it to read',
    (path) => {
      expect(stepOf([[toRead(at('/inner'))], [at(path)]], { web: apart, listening: null })).toEqual(
        {
          says: 'mounts volume run, in which dind may have the socket of its own engine',
          conditions: [listens],
          certainty: 'unproven',
        },
      );
    },
  );

  it('hangs on the user', () => {
    const web = { ...apart, ...nobody };
    expect(stepOf([[at('/inner')], [at('/run')]], { web, listening: null })?.conditions).toEqual([
      listens,
      'its user may open the socket (unknown)',
    ]);
  });

  it.each<[string, string, Partial<ContainerFacts>]>([
    ['lies elsewhere', '/run/postgresql', {}],
    ['is of one without power', '/run', { isPrivileged: false, configuredCapabilities: [] }],
  ])('is none where it %s', (_title, path, dind) => {
    expect(
      stepOf([[toRead(at('/inner'))], [toRead(at(path))]], { web: apart, dind, listening: null }),
    ).toBeNull();
  });
});
