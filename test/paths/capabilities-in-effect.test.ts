import { assess } from '../../src/assessment/assess.ts';
import { capabilities, hostNamespace, joinedNamespace } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelSays, withCapabilities } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import { attackPaths } from '../support/attack-paths.ts';

// A capability in effect asks for no root: Podman hands what is added on to other users, and a program may be given some.

const PODMAN: ExampleHost = { engine: { isPodman: true } };
const user = (uid: number) => ({ user: { declared: String(uid), uid, reason: null } });

const certainties = (
  container: Partial<ContainerFacts>,
  { engine = {}, ...host }: Omit<ExampleHost, 'container'> = {},
) =>
  attackPaths(
    assess(exampleSnapshot({ container: { ...user(1000), ...container }, engine, ...host })),
  ).paths.map(({ certainty }) => certainty);

describe('a user who is not root and can gain nothing', () => {
  it.each<[string, string, string[]]>([
    ['loads modules', 'CAP_SYS_MODULE', ['direct']],
    ['may mount and not own what it needs', 'CAP_SYS_ADMIN', ['unproven']],
    ['reads, and cannot write', 'CAP_DAC_READ_SEARCH', ['conditional']],
    ['needs a hole', 'CAP_BPF', ['conditional']],
    ['opens all files', 'CAP_DAC_READ_SEARCH,CAP_DAC_OVERRIDE', ['direct']],
    ['mounts, and opens all files', 'CAP_SYS_ADMIN,CAP_DAC_OVERRIDE', ['direct']],
  ])('%s, as Podman hands it on', (_what, names, expected) => {
    const container = { ...capabilities(names.split(',')), noNewPrivileges: true };

    expect(certainties(container, PODMAN)).toEqual(expected);
    expect(certainties({ ...container, state: 'exited', pid: null }, PODMAN)).toEqual([
      'conditional',
    ]);
    // Docker gives it to nobody but root.
    expect(certainties(container)).toEqual([]);
  });

  it('may gain some where that is only the default of the engine by now', () => {
    const container = { ...capabilities(['CAP_SYS_MODULE']), noNewPrivileges: null };
    const engine = { hasNoNewPrivilegesDefault: true };

    expect(certainties(container, { engine })).toEqual(['conditional']);
    expect(certainties(container, { engine, kernel: kernelSays([withCapabilities()]) })).toEqual(
      [],
    );
  });

  it('has what the kernel shows in effect, though Docker gave it to nobody', () => {
    const container = { ...capabilities(['CAP_SYS_MODULE']), noNewPrivileges: true };

    expect(certainties(container, { kernel: kernelSays([withCapabilities()]) })).toEqual([]);
    const kernel = kernelSays([withCapabilities('CAP_SYS_MODULE')]);
    expect(certainties(container, { kernel })).toEqual(['direct']);
  });

  it('takes over processes of the host, and those of a container', () => {
    const container = { ...capabilities(['CAP_SYS_PTRACE']), noNewPrivileges: true };
    const inHost = { ...container, pidNamespace: hostNamespace };
    const joined = { ...container, pidNamespace: joinedNamespace('shared', 'disk') };
    const otherContainers = [{ name: 'disk', ...user(0), devices: ['/dev/sda'] }];
    const waysOf = (host: ExampleHost) =>
      certainties(joined, { ...host, otherContainers }).filter((one) => one === 'direct');

    expect(certainties(inHost, PODMAN)).toEqual(['direct']);
    expect(certainties(inHost)).toEqual(['conditional']);
    // That of the other one, and the one through it.
    expect(waysOf({})).toHaveLength(1);
    expect(waysOf(PODMAN)).toHaveLength(2);
  });
});
