import { type Door, doorByLink } from '../../src/paths/inner-engine-spots.ts';
import { managementPorts } from '../../src/rules/ports.ts';

const container = (name: string, more: { linkedTo?: string[]; exposed?: number } = {}) => ({
  ...{ name, linkedTo: more.linkedTo ?? [] },
  exposedPorts: more.exposed ? [{ containerPort: more.exposed, protocol: 'tcp' as const }] : [],
});
const bridge = { isDefaultBridge: true };
/** Where nobody read what listens, these are the doors that there may be, in the order of the list. */
const doors = managementPorts.map(
  (one): Door => ({ ...one, addresses: ['0.0.0.0'], isOutward: true }),
);
const last = doors.at(-1)?.port ?? 0;
const portOf = (found: ReturnType<typeof doorByLink>) => found?.door.port;

test('a link opens a door that is exposed, wherever that stands among the doors', () => {
  const found = doorByLink(
    [container('web', { linkedTo: ['dind'] }), container('dind', { exposed: last }), bridge],
    doors,
  );

  expect(doors[0]?.port).not.toBe(last);
  expect([portOf(found), found?.conditions]).toEqual([last, []]);
});

test('back it may open any, and none where nothing is exposed', () => {
  const dind = container('dind', { linkedTo: ['web'] });
  const back = doorByLink([container('web', { exposed: 80 }), dind, bridge], doors);

  expect(portOf(back)).toBe(doors[0]?.port);
  expect(back?.conditions).toHaveLength(1);
  expect(doorByLink([container('web'), dind, bridge], doors)).toBeNull();
});

test('a door that is inside alone is none', () => {
  const inside = doors.map((one) => ({ ...one, isOutward: false }));
  const web = container('web', { linkedTo: ['dind'] });

  expect(doorByLink([web, container('dind', { exposed: last }), bridge], inside)).toBeNull();
});
