import { bindingChanges, bindingOf } from '../../src/findings/binding.ts';
import { exampleContainer } from '../../src/rules/example-host.ts';
import type { Evidence } from '../../src/snapshot/evidence.ts';
import type { ContainerFacts, MountFact } from '../../src/snapshot/facts/container.ts';

const evidence: Evidence[] = [
  { path: 'HostConfig.Memory', value: 0, source: 'GET /containers/{id}/json' },
];
const finding = {
  subjectKind: 'container' as const,
  subjectKey: 'web',
  subjects: ['web'],
  evidence,
};
const container = (difference: Partial<ContainerFacts> = {}): ContainerFacts => ({
  ...exampleContainer,
  configuredCapabilities: ['CAP_CHOWN'],
  ...difference,
});
const mount = (difference: Partial<MountFact>): MountFact => ({
  kind: 'bind',
  hostPath: null,
  volume: null,
  destination: '/data',
  isWritable: true,
  propagation: '',
  ...difference,
});
const bind = (facts: Partial<ContainerFacts>, more: Evidence[] = []) =>
  bindingOf({ ...finding, subjects: ['web'], evidence: [...evidence, ...more] }, [
    container(facts),
  ]);

describe('what an acceptance rests on', () => {
  test.each<[string, Partial<ContainerFacts>, string[]]>([
    ['nothing', {}, []],
    [
      'the image',
      { imageId: `sha256:${'2'.repeat(64)}` },
      ['the image changed: sha256:1111 → sha256:222222222222'],
    ],
    [
      'a capability more',
      { configuredCapabilities: ['CAP_CHOWN', 'CAP_SYS_ADMIN'] },
      ['a capability was added: CAP_SYS_ADMIN'],
    ],
    [
      'other capabilities',
      { configuredCapabilities: ['CAP_KILL', 'CAP_SYS_ADMIN'] },
      ['capabilities were added: CAP_KILL, CAP_SYS_ADMIN', 'a capability was removed: CAP_CHOWN'],
    ],
    ['a mount', { mounts: [mount({ hostPath: '/etc' })] }, ['a mount was added: /etc:/data:rw']],
  ])('%s changed', (_what, facts, changes) => {
    expect(bindingChanges(bind({}), bind(facts))).toEqual(changes);
  });

  test('a mount that became writable is another mount', () => {
    const readOnly = bind({ mounts: [mount({ hostPath: '/etc', isWritable: false })] });
    const writable = bind({ mounts: [mount({ hostPath: '/etc' })] });

    expect(bindingChanges(readOnly, writable)).toEqual([
      'a mount was added: /etc:/data:rw',
      'a mount was removed: /etc:/data:ro',
    ]);
  });

  test('the evidence speaks where nothing else changed', () => {
    const changed = [{ path: 'HostConfig.Memory', value: 64, source: 'GET /containers/{id}/json' }];
    const before = bindingOf({ ...finding, subjectKind: 'engine', subjects: [] }, []);
    const after = bindingOf({ ...finding, subjectKind: 'engine', evidence: changed }, []);

    expect(bindingChanges(before, after)).toEqual([
      'the evidence changed: HostConfig.Memory = 0 → HostConfig.Memory = 64',
    ]);
  });

  test.each<[string, ReturnType<typeof bind>, ReturnType<typeof bind>]>([
    [
      'the order of a list',
      bind({ mounts: [mount({ hostPath: '/a' }), mount({ hostPath: '/b' })] }),
      bind({ mounts: [mount({ hostPath: '/b' }), mount({ hostPath: '/a' })] }),
    ],
    ['the id and start of a container', bind({ id: 'a', pid: 1 }), bind({ id: 'b', pid: 2 })],
    [
      'a volume that nobody named',
      bind({ mounts: [mount({ kind: 'volume', volume: 'a'.repeat(64) })] }),
      bind({ mounts: [mount({ kind: 'volume', volume: 'b'.repeat(64) })] }),
    ],
    [
      'its health',
      bind({}, [{ path: 'State.Health.Status', value: 'healthy', source: 'GET x' }]),
      bind({}, [{ path: 'State.Health.Status', value: 'unhealthy', source: 'GET x' }]),
    ],
    [
      'its processes',
      bind({}, [{ path: 'programs', value: ['a'], source: 'GET /containers/{id}/top' }]),
      bind({}, [{ path: 'programs', value: ['b'], source: 'GET /containers/{id}/top' }]),
    ],
    [
      'a port that the kernel chose',
      bind({}, [{ path: 'NetworkSettings.Ports', value: ['*:32768->80/tcp'], source: 'GET x' }]),
      bind({}, [{ path: 'NetworkSettings.Ports', value: ['*:49153->80/tcp'], source: 'GET x' }]),
    ],
  ])('%s does not count', (_what, before, after) => {
    expect(bindingChanges(before, after)).toEqual([]);
  });

  test('a port that somebody chose counts', () => {
    const at = (line: string): Evidence[] => [
      { path: 'NetworkSettings.Ports', value: [line], source: 'GET x' },
    ];

    expect(
      bindingChanges(bind({}, at('*:8080->80/tcp')), bind({}, at('*:80->80/tcp'))),
    ).toHaveLength(1);
  });

  test('every failing replica counts, and other containers do not', () => {
    const replica = (name: string, image: string) =>
      container({ name, imageId: image, composeProject: 'shop', composeService: 'web' });
    const service = { ...finding, subjectKey: 'shop/web', subjects: ['web-1', 'web-2'] };
    const strangers = [container({ name: 'web-1', imageId: 'sha256:9' }), container({ name: 'x' })];

    const one = bindingOf(service, [replica('web-1', 'sha256:1'), ...strangers]);
    const scaled = bindingOf(service, [replica('web-1', 'sha256:1'), replica('web-2', 'sha256:1')]);
    const rolling = bindingOf(service, [
      replica('web-1', 'sha256:1'),
      replica('web-2', 'sha256:2'),
    ]);

    expect(bindingChanges(one, scaled)).toEqual([]);
    expect(bindingChanges(one, rolling)).toEqual(['the image changed: nothing → sha256:2']);
  });
});
