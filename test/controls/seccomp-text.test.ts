import { assess } from '../../src/assessment/assess.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelProcess, kernelSays } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';

// A loaded filter proves that there is one, not what it forbids.

const seccompOf = (example: ExampleHost, mode?: number) => {
  const kernel =
    mode === undefined ? {} : { kernel: kernelSays([kernelProcess({ seccompMode: mode })]) };
  const engine = { hasLiveRestore: false, ...example.engine };
  const { controls } = assess(exampleSnapshot({ ...example, ...kernel, engine }));
  return controls.get('c0ffee000001')?.find('seccomp');
};

const whole: ExampleHost = { container: { seccomp: 'custom', seccompAllows: [] } };
const wide: ExampleHost = { container: { seccomp: 'custom', seccompAllows: ['bpf', 'mount'] } };
const unread: ExampleHost = { container: { seccomp: 'custom' } };
const ring: ExampleHost = { container: { seccomp: 'custom', seccompAllows: ['io_uring_setup'] } };
const before25: ExampleHost = { engine: { version: '24.0.9' } };
const podman: ExampleHost = { engine: { isPodman: true, version: '5.4.2' } };
const builtin: ExampleHost = { container: { seccomp: 'builtin' } };
const file: ExampleHost = { engine: { seccompProfile: '/etc/docker/all.json' } };

it.each<[string, ExampleHost, number | undefined, string]>([
  ['a whole profile', whole, 2, 'enforced'],
  ['a whole profile, not seen', whole, undefined, 'unknown'],
  ['a whole profile that is not loaded', whole, 0, 'not-enforced'],
  ['a widened profile', wide, 2, 'weakened'],
  ['a widened profile, not seen', wide, undefined, 'weakened'],
  ['a widened profile that is not loaded', wide, 0, 'not-enforced'],
  ['a profile that nobody read', unread, 2, 'unknown'],
  ['a profile that nobody read, not seen', unread, undefined, 'unknown'],
  ['a profile that nobody read and is not loaded', unread, 0, 'not-enforced'],
  ['a file of the engine', file, 2, 'unknown'],
  ['io_uring beside an engine that keeps it from all', ring, 2, 'weakened'],
  ['io_uring beside an engine that gives it to all', { ...ring, ...before25 }, 2, 'enforced'],
  [
    'a widened profile beside that of Podman, which nobody read',
    { ...wide, ...podman },
    2,
    'unknown',
  ],
  ['io_uring beside that of Podman', { ...ring, ...podman }, 2, 'unknown'],
  ['a whole profile beside that of Podman', { ...whole, ...podman }, 2, 'enforced'],
  ['the engine’s own profile', {}, 2, 'enforced'],
  ['the engine’s own profile in place of a file', { ...file, ...builtin }, 2, 'enforced'],
  ['the engine’s own profile that is not loaded', builtin, 0, 'not-enforced'],
])('%s', (_title, example, mode, verdict) => {
  expect(seccompOf(example, mode)?.verdict).toBe(verdict);
});

it('names what a profile allows beyond the engine’s', () => {
  expect(seccompOf(wide, 2)?.note).toBe(
    "has a seccomp profile that allows more than the engine's: bpf, mount",
  );
});
