import { controlFacts } from '../../src/controls/control-facts.ts';
import { controlsOf } from '../../src/controls/controls-of.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { unread } from '../../src/shared/reading.ts';
import { controlOf } from '../support/control-facts.ts';

it('says why the kernel was not seen of a container that it was asked of', () => {
  const note = (kernel?: Parameters<typeof controlOf>[2]) =>
    controlOf('cap-bounding', { container: {} }, kernel).note;

  expect(note(unread('its main process has gone'))).toBe(
    'configured; not verified: its main process has gone',
  );
  // Nor of any.
  const facts = controlFacts({ ...exampleSnapshot({ container: {} }), kernel: unread('no probe') });
  const all = facts.state === 'read' ? facts.value.flatMap(controlsOf) : [];
  expect(all.find(({ control }) => control === 'cap-bounding')?.note).toBe(
    'configured; not verified: no probe',
  );
  // Where nobody asked, the section says what that takes.
  expect(note()).toBe('configured; not verified (needs evidence: kernel)');
});
