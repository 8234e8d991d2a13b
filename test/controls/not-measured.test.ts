import { unread } from '../../src/shared/reading.ts';
import { controlOf } from '../support/control-facts.ts';

it('says why the kernel was not seen of a container that it was asked of', () => {
  const note = (kernel?: Parameters<typeof controlOf>[2]) =>
    controlOf('cap-bounding', { container: {} }, kernel).note;

  expect(note(unread('its main process has gone'))).toBe(
    'configured; not verified: its main process has gone',
  );
  // Where nobody asked, the section says what that takes.
  expect(note()).toBe('configured; not verified (needs evidence: kernel)');
});
