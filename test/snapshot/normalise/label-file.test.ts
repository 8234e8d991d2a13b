import { foreign } from '../../../src/snapshot/foreign.ts';
import { labelFileOf } from '../../../src/snapshot/normalise/engine.ts';

it.each([
  ['6.12.1-cloud', ['name=apparmor', 'name=seccomp,profile=builtin'], 'attr/apparmor/current'],
  ['5.8.0', ['name=apparmor'], 'attr/apparmor/current'],
  ['5.4.0-100-generic', ['name=apparmor'], 'attr/current'],
  ['', ['name=apparmor'], 'attr/current'],
  ['6.12.1', ['name=seccomp,profile=builtin', 'name=selinux'], 'attr/current'],
  ['6.12.1', ['name=seccomp,profile=builtin'], null],
])('of Linux %s with %j is %p', (KernelVersion, SecurityOptions, file) => {
  expect(labelFileOf(foreign('GET /info', { KernelVersion, SecurityOptions }))).toBe(file);
});
