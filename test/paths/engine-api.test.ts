import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { reachFrom } from '../../src/paths/reach.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import { noTcpWithoutMtls } from '../../src/rules/catalogue/no-tcp-without-mtls.ts';
import { bind } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import {
  exampleDaemonSettings,
  ownerOther,
  withSettings,
  withUnitListeners,
} from '../../src/rules/example-host-files.ts';
import type { ExampleHost, Rule } from '../../src/rules/rule.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { DaemonSettings } from '../../src/snapshot/facts/host-files.ts';
import { attackPaths } from '../support/attack-paths.ts';

/** An engine with these settings, for which systemd has a port. */
const listening = (settings: Partial<DaemonSettings>): ExampleHost => ({
  hostFiles: {
    settings: read({ ...exampleDaemonSettings, ...settings }),
    unitListeners: read(['2375']),
  },
});

/** The same, told of TLS by daemon.json alone. */
const byJson = (settings: Partial<DaemonSettings>) =>
  listening({
    hosts: ['fd://'],
    owner: { ...exampleDaemonSettings.owner, inDaemonJson: ['tls'] },
    usesTls: true,
    ...settings,
  });

/** `direct http://…` of each way from outside through the engine's own API. */
const waysBy = (host: ExampleHost): string[] =>
  attackPaths(assess(exampleSnapshot(host))).paths.flatMap(({ steps, certainty, container }) =>
    container === null ? [`${certainty} ${steps[0]?.to.name}`] : [],
  );

it('leads by that of another engine of the host, which asks for no certificate by how it was started', () => {
  const base = exampleSnapshot({ container: { networks: ['bridge'] } });
  const { hostProcesses: processes } = base;
  if (processes.state === 'unread') throw new Error('the example has processes');
  const byApi = (settings: Partial<DaemonSettings>): string[] => {
    const other = { pid: 9, settings: { ...exampleDaemonSettings, ...settings } };
    const hostProcesses = read({ ...processes.value, otherEngines: [other] });
    const { paths } = attackPaths(assess({ ...base, hostProcesses }));
    return paths.flatMap(({ steps, certainty, container }) =>
      steps.flatMap(({ to }) =>
        to.kind === 'engine-api' ? [`${container ?? 'outside'} ${certainty} ${to.name}`] : [],
      ),
    );
  };
  const hosts = ['unix:///x/api', 'tcp://0.0.0.0:23750', 'tcp://', 'fd://', '[::1]:1'];

  expect(byApi({ hosts }).sort()).toEqual([
    'outside conditional http://[::1]:1',
    'outside conditional http://localhost:2375',
    'outside unproven http://0.0.0.0:23750',
    'web unproven http://0.0.0.0:23750',
  ]);
  expect(byApi({ hosts, verifiesClients: true })).toEqual([]);
  expect(byApi({ hosts: ['unix:///x/api'] })).toEqual([]);
});

describe('the API of an engine is a way', () => {
  it.each<[string, ExampleHost, string[]]>([
    [
      'by a port of its unit, of which it warns nobody',
      withUnitListeners(read(['/run/docker.sock', '2375', '127.0.0.1:2377', '[::1]:2378'])),
      [
        'direct http://[::]:2375',
        'conditional http://127.0.0.1:2377',
        'conditional http://[::1]:2378',
      ],
    ],
    [
      'by TLS of an old version',
      {
        ...listening({ hosts: ['fd://'], usesTls: true }),
        engine: { version: '19.03.15' },
      },
      ['direct https://[::]:2375'],
    ],
    [
      'by TLS where it says that it asks for no certificates',
      listening({ hosts: ['fd://'], verifiesClients: false }),
      ['direct https://[::]:2375'],
    ],
    [
      'by its warning, once',
      {
        ...withSettings({ hosts: ['tcp://0.0.0.0:2375'] }),
        engine: { warnings: ['WARNING: API is accessible on http://0.0.0.0:2375 without'] },
      },
      ['direct http://0.0.0.0:2375'],
    ],
  ])('%s', (_title, host, ways) => {
    expect(waysBy(host)).toEqual(expect.arrayContaining(ways));
    const rules = [noTcpWithoutMtls as unknown as Rule];
    expect(evaluate(rules, assess(exampleSnapshot(host)))).toMatchObject([{ verdict: 'fail' }]);
  });

  it('as long as its authorization plugin lets it', () => {
    const unit = withUnitListeners(read(['2375']));
    const engine = { authorizationPlugins: ['opa', 'casbin'] };
    const user = { declared: '0', uid: 0, reason: null };
    const mounts = (path: string) => ({ container: { user, mounts: [bind(path)] }, engine });
    const sure = (host: ExampleHost) => [
      ...new Set(attackPaths(assess(exampleSnapshot(host))).paths.map((one) => one.certainty)),
    ];

    expect(waysBy({ ...unit, engine })).toEqual(['unproven http://[::]:2375']);
    expect(sure(mounts('/run/docker.sock'))).toEqual(['unproven']);
    // containerd, and the shims beside it, ask nobody.
    expect(sure(mounts('/run/containerd/containerd.sock'))).toEqual(['direct']);
    expect(sure(mounts('/run'))).toEqual(['direct']);
  });

  it.each<[string, ExampleHost]>([
    ['where its unit makes files alone', withUnitListeners(read(['/run/docker.sock', '%t/x']))],
    ['where nobody read what its unit makes', withUnitListeners(unread('no answer'))],
    ['where it asks for certificates', listening({ hosts: ['fd://'], verifiesClients: true })],
    ['where it uses TLS, which asks for them', listening({ hosts: ['fd://'], usesTls: true })],
    ['where it takes none from systemd', listening({ hosts: ['unix:///run/docker.sock'] })],
    ['where the settings are those of another engine', listening({ owner: ownerOther })],
  ])('not %s', (_title, host) => {
    expect(waysBy(host)).toEqual([]);
  });

  it.each<[string, ExampleHost, string[]]>([
    ['was not read', withUnitListeners(unread('no answer')), ['no answer']],
    [
      'is not asked for',
      {
        hostFiles: { ...withSettings({ hosts: [] }).hostFiles, unitListeners: unread('no answer') },
      },
      [],
    ],
    [
      'asks for certificates',
      {
        hostFiles: {
          ...withSettings({ hosts: ['fd://'], verifiesClients: true }).hostFiles,
          unitListeners: unread('no answer'),
        },
      },
      [],
    ],
  ])('and it is told where what systemd listens on %s', (_title, host, reasons) => {
    const { pathsUnknown } = attackPaths(assess(exampleSnapshot(host)));

    expect(pathsUnknown).toEqual(reasons.map((one) => expect.stringContaining(one)));
  });

  it.each<[string, ExampleHost]>([
    ['of a version that tells nothing', { engine: { version: 'master' } }],
    ['with no authority of its own', byJson({})],
    ['with one that nothing reads', byJson({ tlsCaPath: '/etc/docker/ca.pem' })],
  ])('or may be one where it uses TLS %s', (_title, facts) => {
    const host = { ...listening({ hosts: ['fd://'], usesTls: true }), ...facts };

    expect(waysBy(host)).toEqual(['unproven https://[::]:2375']);
  });

  it('and is reached by who has a way to the host', () => {
    const snapshot = exampleSnapshot({
      ...withUnitListeners(read(['2375'])),
      container: { networks: ['bridge'] },
    });
    const { containers } = snapshot;
    const all = containers.state === 'read' ? containers.value.read : [];
    const [self] = all;
    if (!self) throw new Error('the example has no container');
    const { targets } = reachFrom(self, all, reachFacts(assess(snapshot)));

    expect(targets.filter(({ kind }) => kind === 'engine')).toMatchObject([{ port: 2375 }]);
  });
});
