import { controlFacts } from '../../src/controls/control-facts.ts';
import { controlsOf } from '../../src/controls/controls-of.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { leftOut, unread } from '../../src/shared/reading.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { controlOf } from '../support/control-facts.ts';

it('says why the kernel was not seen of a container that it was asked of', () => {
  const note = (kernel?: Parameters<typeof controlOf>[2]) =>
    controlOf('cap-bounding', { container: {} }, kernel).note;

  expect(note(unread('its main process has gone'))).toBe(
    'configured; not verified: its main process has gone',
  );
  const ofAll = (kernel: Snapshot['kernel']) => {
    const facts = controlFacts({ ...exampleSnapshot({ container: {} }), kernel });
    const all = facts.state === 'read' ? facts.value.flatMap(controlsOf) : [];
    return all.find(({ control }) => control === 'cap-bounding')?.note;
  };
  // Nor of any.
  expect(ofAll(unread('no probe'))).toBe('configured; not verified: no probe');
  // Whether anybody asked is told by no words.
  expect(ofAll(leftOut('nobody asked'))).toBe('configured; not verified (needs evidence: kernel)');
  expect(ofAll(unread('needs evidence level kernel, says a proxy'))).toBe(
    'configured; not verified: needs evidence level kernel, says a proxy',
  );
  // Where nobody asked, the section says what that takes.
  expect(note()).toBe('configured; not verified (needs evidence: kernel)');
});
