import { fingerprintOf } from '../../src/findings/fingerprint.ts';
import { read } from '../../src/shared/reading.ts';
import { alertActions } from '../../src/views/alert.ts';
import { currentFinding, observedContainer } from '../support/scan-records.ts';
import { openToldChannel, type ToldChannel } from '../support/told-channel.ts';

// A container whose risk somebody accepted is started anew, each night or by a deployment.

const rule = 'no-privileged-container';
const subject = { kind: 'container' as const, id: 'a1', name: 'ci' };
const fingerprint = fingerprintOf({ rule, subject }, 'ci');
const finding = currentFinding({ fingerprint, subjectKey: 'ci', severity: 'critical' });
const job = (id: string, facts: Parameters<typeof observedContainer>[1] = {}) =>
  observedContainer(id, { name: 'ci', imageId: 'sha256:aaaa', ...facts });
let told: ToldChannel;
beforeEach(async () => {
  told = await openToldChannel();
  await told.scan({ containers: [job('a1')], findings: [finding] });
  await told.lookNow();
  await told.accept(fingerprint);
  await told.lookNow();
  await told.see('gone', 'a1', { name: 'ci' });
});
afterEach(() => told.close());

const start = async (id: string, facts: Parameters<typeof observedContainer>[1] = {}) => {
  await told.see('created', id, { name: 'ci', observed: read(job(id, facts)) });
  await told.lookNow();
  await told.lookNow();
};

test('is no news while it is what was accepted', async () => {
  await start('a2');
  await told.scan({ containers: [job('a2')], findings: [finding] });
  await told.lookNow();
  await told.see('gone', 'a2', { name: 'ci' });
  await start('a3');

  expect(told.texts()).toEqual([]);
});

test.each([
  ['another image', { imageId: 'sha256:bbbb' }],
  ['a capability more', { configuredCapabilities: ['CAP_SYS_PTRACE'] }],
])('is told with %s, and does not become accepted', async (_what, facts) => {
  await start('a2', facts);

  expect(told.texts()).toEqual(['critical: ci on web-1 was started privileged']);
  expect(told.message(1)).toContain('Alert: ci on web-1');
});

test('shows as accepted in the message of one that was not', async () => {
  await start('a2', { imageId: 'sha256:bbbb' });
  await told.see('gone', 'a2', { name: 'ci' });
  await told.lookNow();
  await start('a3');
  expect(told.message(1)).toContain('Accepted: ci on web-1');
});

test('opens its message again when another with its name is not what was accepted', async () => {
  const other = { imageId: 'sha256:bbbb' };
  await start('a2', other);
  await told.scan({ containers: [job('a2', other)], findings: [finding] });
  await told.lookNow();
  await told.accept(fingerprint);
  await told.lookNow();
  expect(told.message(1)).toContain('Accepted: ci on web-1');

  // Nobody saw the first one go.
  await start('a3', { imageId: 'sha256:cccc' });
  expect(told.message(1)).toContain('Alert: ci on web-1 was started privileged');
  expect(told.texts()[1]).toContain('Open again: ci on web-1 was started privileged');
});

test('is told once the acceptance ended', async () => {
  told.clock.now += 21 * 3_600_000;
  await start('a2');

  expect(told.texts()).toEqual(['critical: ci on web-1 was started privileged']);
});

test('is told when its acceptance is taken back while it runs', async () => {
  await start('a2');
  await told.scan({ containers: [job('a2')], findings: [finding] });
  await told.lookNow();
  const { clock, actor, store } = told;
  clock.now += 60_000;
  await store.acceptances.unaccept({ host: 'web-1', fingerprint }, { actor, at: clock.now });
  await told.lookNow();

  expect(told.texts()).toHaveLength(1);
});

test('can be accepted once a scan has the finding', async () => {
  const web = observedContainer('b1', { name: 'web' });
  const found = fingerprintOf({ rule, subject: { ...subject, id: 'b1', name: 'web' } }, 'web');
  await told.see('created', 'b1', { name: 'web', observed: read(web) });
  await told.lookNow();
  const labels = async () => {
    const stored = await told.store.alerts.find(1);
    return stored === null ? [] : alertActions(stored).map(({ label }) => label);
  };
  expect(await labels()).toContain('Acknowledge');
  expect(await labels()).not.toContain('Accept …');

  const findings = [finding, currentFinding({ fingerprint: found, subjectKey: 'web' })];
  await told.scan({ containers: [job('a1'), web], findings });
  await told.lookNow();
  // The message is edited, with its buttons.
  expect(told.message(1)).toContain('web on web-1 web runs privileged');
  expect(await labels()).toContain('Accept …');
});
