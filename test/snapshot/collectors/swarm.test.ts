import { swarm } from '../../../src/snapshot/collectors/swarm.ts';
import { engineStatus, recordedReader, recording } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

const withSwarm = (Swarm: object, answers = {}) =>
  recordedReader({ '/info': { ...(recording('info') as object), Swarm }, ...answers });

const spec = {
  EncryptionConfig: { AutoLockManagers: true },
  CAConfig: { NodeCertExpiry: 7_776_000_000_000_000 },
};
const manager = {
  LocalNodeState: 'active',
  ControlAvailable: true,
  Managers: 2,
  Nodes: 3,
  Cluster: { ID: 's', Spec: spec, RootRotationInProgress: true },
};

const answers = {
  '/swarm': () => {
    throw new Error('whoever asks is given the tokens that make a node a manager');
  },
  '/nodes': [
    { ID: 'n1', Spec: { Role: 'manager' } },
    { ID: 'n2', Spec: { Role: 'manager' } },
    { ID: 'n3', Spec: { Role: 'worker' } },
  ],
  '/services': [
    {
      ID: 'v1',
      Spec: {
        Name: 'web',
        TaskTemplate: {
          ContainerSpec: { Env: ['PASSWORD=hunter2'], Secrets: [{ SecretName: 'db' }] },
          RestartPolicy: { Condition: 'on-failure', MaxAttempts: 5 },
        },
      },
      Endpoint: {
        Ports: [
          { Protocol: 'udp', TargetPort: 53, PublishedPort: 8053, PublishMode: 'ingress' },
          { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'host' },
        ],
      },
    },
    { ID: 'v2', Spec: { Name: 'api', TaskTemplate: {} } },
  ],
};

describe('the swarm', () => {
  it('is off in the recording', async () => {
    await expect(runCollector(swarm, { engine: recordedReader() })).resolves.toEqual({
      state: 'inactive',
      isManager: false,
      managers: 0,
      nodes: 0,
      isAutolocked: null,
      nodeCertificateSeconds: null,
      caValidFrom: null,
      isRotatingCa: null,
      services: [],
    });
  });

  it.each(['inactive', 'pending', 'locked', 'error', 'active'])(
    'asks nothing more of a node that is no manager (%s)',
    async (state) => {
      const reader = withSwarm({ LocalNodeState: state, ControlAvailable: false });

      await expect(runCollector(swarm, { engine: reader })).resolves.toMatchObject({
        state,
        isManager: false,
        isAutolocked: null,
      });
    },
  );

  it('knows the address of a manager by what it tells others of itself', async () => {
    const placeOf = async (more: object) => {
      const engine = withSwarm({ ...manager, ...more }, answers);
      return (await runCollector(swarm, { engine })).managerAt;
    };
    const RemoteManagers = [
      { NodeID: 'n1', Addr: '10.0.0.1:2377' },
      { NodeID: 'n2', Addr: '[fd00::2]:3377' },
    ];

    expect(await placeOf({ NodeID: 'n2', RemoteManagers })).toEqual({
      address: 'fd00::2',
      port: 3377,
    });
    expect(await placeOf({ NodeID: 'n3', RemoteManagers })).toBeUndefined();
    expect(
      await placeOf({ NodeID: '', RemoteManagers: [{ NodeID: '', Addr: 'x:1' }] }),
    ).toBeUndefined();
    expect(await placeOf({ NodeID: 'n1', RemoteManagers: null })).toBeUndefined();
  });

  it.each([
    [120_000_000_000, { attemptsWindowMs: 120_000 }],
    [0, { attemptsWindowMs: undefined }],
    [null, { attemptsWindowMs: undefined }],
  ])('knows within which time attempts to restart count: %j', async (Window, expected) => {
    const RestartPolicy = { Condition: 'any', MaxAttempts: 2, Window };
    const Spec = { Name: 'web', TaskTemplate: { RestartPolicy } };
    const engine = withSwarm(manager, { ...answers, '/services': [{ ID: 'v1', Spec }] });
    const [service] = (await runCollector(swarm, { engine })).services;
    expect(service?.attemptsWindowMs).toBe(expected.attemptsWindowMs);
  });

  it('is read in full from a manager, without its secrets', async () => {
    const facts = await runCollector(swarm, { engine: withSwarm(manager, answers) });

    expect(facts).toEqual({
      state: 'active',
      isManager: true,
      managers: 2,
      nodes: 3,
      isAutolocked: true,
      nodeCertificateSeconds: 7_776_000,
      caValidFrom: null,
      isRotatingCa: true,
      services: [
        {
          id: 'v2',
          name: 'api',
          restartCondition: 'any',
          maximumAttempts: null,
          environment: [],
          secrets: 0,
          ingressPorts: [],
        },
        {
          id: 'v1',
          name: 'web',
          restartCondition: 'on-failure',
          maximumAttempts: 5,
          environment: [{ name: 'PASSWORD', valueClass: 'password' }],
          secrets: 1,
          ingressPorts: [{ protocol: 'udp', hostPort: 8053, containerPort: 53 }],
        },
      ],
    });
    expect(JSON.stringify(facts)).not.toContain('hunter2');
  });

  it.each(['/nodes', '/services'])('is unread when %s fails', async (path) => {
    const failing = () => {
      throw engineStatus(path, 403);
    };
    const broken = withSwarm(manager, { ...answers, [path]: failing });
    const odd = withSwarm(manager, { ...answers, [path]: null });

    await expect(runCollector(swarm, { engine: broken })).rejects.toThrow('403');
    await expect(runCollector(swarm, { engine: odd })).rejects.toThrow(`GET ${path}: expected`);
  });

  it('is unread, and not fine, where a manager does not tell of its cluster', async () => {
    const { Cluster: _, ...silent } = manager;

    await expect(runCollector(swarm, { engine: withSwarm(silent, answers) })).rejects.toThrow(
      'GET /info: expected a record at .Swarm.Cluster',
    );
  });
});
