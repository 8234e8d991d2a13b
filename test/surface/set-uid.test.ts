import fc from 'fast-check';
import { imageSearched, setUidFile } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { unread } from '../../src/shared/reading.ts';
import { setUidOf } from '../../src/surface/container-surface.ts';
import { arbitrarySnapshot } from '../support/arbitrary-snapshot.ts';

const files = [setUidFile('/usr/bin/at', { uid: 1 }), setUidFile('/usr/bin/su')];

it('counts the files of a container’s image, and those that make root', () => {
  const snapshot = exampleSnapshot({
    setUid: imageSearched(files, [{ path: '/srv', reason: 'a volume' }]),
    otherContainers: [{ imageId: 'sha256:9999' }],
  });

  expect(setUidOf(snapshot)).toEqual({
    state: 'read',
    value: [
      {
        containerId: 'c0ffee000001',
        facts: {
          state: 'read',
          value: {
            count: 2,
            rootCount: 1,
            isWhole: false,
          },
        },
      },
      {
        containerId: 'c0ffee000100',
        facts: unread('the files of its image were not looked at'),
      },
    ],
  });
});

it('passes on why nothing is known', () => {
  const snapshot = { ...exampleSnapshot({}), setUid: unread('cut off') };

  expect(setUidOf(snapshot)).toMatchObject({ value: [{ facts: unread('cut off') }] });
  expect(setUidOf({ ...snapshot, containers: unread('gone') })).toEqual(unread('gone'));
});

it('calls whole only what was read, on any host', () => {
  fc.assert(
    fc.property(arbitrarySnapshot, (snapshot) => {
      const found = setUidOf(snapshot);
      if (found.state === 'unread') return;
      const whole = found.value.filter(
        (one) => one.facts.state === 'read' && one.facts.value.isWhole,
      );
      expect(snapshot.setUid.state === 'read' || whole.length === 0).toBe(true);
    }),
    { numRuns: 50 },
  );
});
