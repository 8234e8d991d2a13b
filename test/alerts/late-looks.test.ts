import { read, unread } from '../../src/shared/reading.ts';
import { observedContainer } from '../support/scan-records.ts';
import { openToldChannel, type ToldChannel } from '../support/told-channel.ts';

// A container whose first look failed: it existed before its configuration was known.

const intruder = observedContainer('c1', { name: 'intruder' });
const failed = unread('the engine did not answer within 10 s');
let told: ToldChannel;
beforeEach(async () => {
  told = await openToldChannel();
  await told.scan();
  await told.lookNow();
  await told.see('created', 'c1', { name: 'intruder', observed: failed });
  await told.lookNow();
});
afterEach(() => told.close());

test('is told when a later look reads it, once', async () => {
  await told.see('started', 'c1', { name: 'intruder', observed: read(intruder) });
  await told.lookNow();
  const mild = { ...intruder, facts: { ...intruder.facts, name: 'renamed' } };
  told.clock.now += 60_000;
  await told.see('started', 'c1', { name: 'renamed', observed: read(mild) });
  await told.lookNow();

  expect(told.texts()).toEqual(['critical: intruder on web-1 was started privileged']);
});

test('is told when a scan reads it', async () => {
  await told.scan({ containers: [intruder] });
  await told.lookNow();

  expect(told.texts()).toEqual(['critical: intruder on web-1 was started privileged']);
});

test('is told though it is gone by then', async () => {
  await told.see('started', 'c1', { name: 'intruder', observed: read(intruder) });
  await told.see('gone', 'c1', { name: 'intruder' });
  await told.lookNow();

  expect(told.texts()).toEqual(['resolved: intruder on web-1 was started privileged']);
});

test('names the mounts that hold the socket before all others', async () => {
  const mounts = ['/srv/a', '/srv/b', `/srv/${'c'.repeat(4_000)}`, '/run', '/run/docker.sock'];
  const holder = {
    ...observedContainer('c1', {
      name: 'intruder',
      mounts: mounts.map((hostPath) => ({
        ...{ kind: 'bind' as const, hostPath, volume: null, destination: hostPath },
        ...{ isWritable: true, propagation: 'rprivate' as const },
      })),
    }),
    facets: ['docker-socket'],
  };
  await told.see('started', 'c1', { name: 'intruder', observed: read(holder) });
  await told.lookNow();

  expect(told.texts()).toEqual([
    'critical: intruder on web-1 was started with the engine’s socket (mounts /run, /run/docker.sock)',
  ]);
});

test('names its image, and what of the host is mounted where that holds the socket', async () => {
  const mount = {
    ...{ kind: 'bind' as const, hostPath: '/', volume: null, destination: '/host' },
    ...{ isWritable: true, propagation: 'rprivate' },
  } as const;
  const holder = {
    ...observedContainer('c1', {
      name: 'intruder',
      mounts: [mount],
      imageReference: 'acme/tool:2',
    }),
    facets: ['docker-socket'],
  };
  await told.see('started', 'c1', { name: 'intruder', observed: read(holder) });
  await told.lookNow();

  expect(told.texts()).toEqual([
    'critical: intruder on web-1 was started with the engine’s socket (mounts /)',
  ]);
  expect(told.message(1)).toContain('Image: acme/tool:2.');
});

test('names few characters of what may hold the socket under another name', async () => {
  const mount = {
    ...{ kind: 'bind' as const, hostPath: `/srv/${'c'.repeat(4_000)}`, volume: null },
    ...{ destination: '/x', isWritable: true, propagation: 'rprivate' },
  } as const;
  const holder = {
    ...observedContainer('c1', { name: 'intruder', mounts: [mount] }),
    facets: ['docker-socket'],
  };
  await told.see('started', 'c1', { name: 'intruder', observed: read(holder) });
  await told.lookNow();

  expect(told.texts().join('').length).toBeLessThan(300);
});
