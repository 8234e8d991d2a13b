import { assess } from '../../src/assessment/assess.ts';
import { heldAlike } from '../../src/controls/held-alike.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import { bind } from '../../src/rules/example-facts.ts';
import { exampleContainer, exampleSnapshot } from '../../src/rules/example-host.ts';
import { read } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';

const hostOf = (...others: Partial<ContainerFacts>[]) =>
  exampleSnapshot({ otherContainers: others });

const heldOn = (snapshot: ReturnType<typeof hostOf>) => {
  const { controls } = assess(snapshot);
  return heldAlike((id) => {
    const own = controls.get(id);
    if (own === undefined) throw new Error(`no container ${id}`);
    return own;
  });
};

it('containers that are held alike are one and the same to a rule of controls', () => {
  const of = heldOn(hostOf({ id: 'a' }, { id: 'b', mounts: [bind('/etc')] }));

  expect(of('a')).toBe(of(exampleContainer.id));
  expect(of('b')).toBe(of('a'));
});

it.each<[string, Partial<ContainerFacts>]>([
  ['what it asks for', { hasReadonlyRootfs: false }],
  ['what was seen of it', { pid: null, state: 'exited' }],
  ['what it may have beside that', { runtime: 'wrapper' }],
  ['why its limits may not hold', { mounts: [bind('/sys/fs/cgroup')], ...rootThatMounts() }],
])('and are told apart by %s', (_what, other) => {
  const of = heldOn(hostOf({ id: 'a', ...rootThatMounts() }, { id: 'b', ...other }));

  expect(of('b')).not.toBe(of(exampleContainer.id));
  expect(of('b')).not.toBe(of('a'));
});

function rootThatMounts(): Partial<ContainerFacts> {
  const user = { declared: '', uid: 0, reason: null };
  return { user, noNewPrivileges: false, configuredCapabilities: ['CAP_SYS_ADMIN'] };
}

it('more kinds than are remembered change no verdict', () => {
  const others = Array.from({ length: 40 }, (_, index) => ({
    id: `c${index}`,
    ...{ name: `web-${index}`, pidsLimit: 100, runtime: `wrapper-${index % 20}` },
  }));
  const snapshot = hostOf(...others);
  const together = evaluate(allRules, assess(snapshot));

  for (const one of others) {
    const container = { ...exampleContainer, ...one };
    const alone = { ...snapshot, containers: read({ read: [container], unread: [] }) };
    const own = ({ subject }: { subject: { id: string } }) => subject.id === one.id;

    expect(evaluate(allRules, assess(alone)).filter(own)).toEqual(together.filter(own));
  }
});
