import { controlsOf } from '../../src/controls/controls-of.ts';
import { kernelMount, kernelProcess } from '../../src/rules/example-kernel.ts';
import { controlOf, factsOf, kernelFacts } from '../support/control-facts.ts';

// Whether the processes that were read are all of a container is asked once, for every control.

const own = [{ inside: 0, outside: 100_000, count: 65_536 }];
const mapped = { remapsUsers: true };
const held = {
  processes: [kernelProcess({ label: 'docker-default (enforce)', uidMap: own })],
  mounts: [kernelMount('/')],
  uidMap: own,
};
const enforced = (isMainAlone: boolean) =>
  controlsOf(
    factsOf(
      { engine: { ...mapped, hasAppArmor: true } },
      kernelFacts({ ...held, ...(isMainAlone ? { isMainAlone } : {}) }),
    ),
  ).flatMap(({ control, verdict }) => (verdict === 'enforced' ? [control] : []));

it('holds nothing for the processes beside a main one that alone was read', () => {
  const whole = enforced(false);

  expect(whole).toEqual(
    expect.arrayContaining(['user', 'cap-bounding', 'seccomp', 'apparmor', 'rootfs']),
  );
  // Nobody climbs out of a user namespace.
  expect(enforced(true)).toEqual(['user-namespace', 'ns-user']);
});

it('says what was seen, and lets it speak against the container', () => {
  const found = (seccompMode: number) =>
    controlOf(
      'seccomp',
      {},
      kernelFacts({ processes: [kernelProcess({ seccompMode })], isMainAlone: true }),
    );

  expect(found(2)).toMatchObject({
    verdict: 'unknown',
    effective: 'filter',
    note: expect.stringContaining('the main one alone was read'),
  });
  expect(found(0)).toMatchObject({ verdict: 'not-enforced' });
});
