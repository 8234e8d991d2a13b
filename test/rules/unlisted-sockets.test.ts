import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { noSensitiveMount } from '../../src/rules/catalogue/index.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelMount, kernelSays } from '../../src/rules/example-kernel.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { attackPaths } from '../support/attack-paths.ts';

// Sockets of services whose programs run as root, mounted by nobody whom the engine knows. `:ro` stops no order.

it.each(['/snapd.socket', '/dbus/system_bus_socket', '/qemu-server/100.qmp'])(
  '%s is an offence and a way, though it is mounted to be read',
  (root) => {
    const mount = kernelMount('/x.sock', {
      ...{ root, filesystem: 'tmpfs', options: ['ro'] },
      superOptions: ['rw', 'size=1k', 'mode=755'],
    });
    const kernel = kernelSays([], { mounts: [kernelMount('/'), mount] });
    const assessment = assess(exampleSnapshot({ kernel }));
    const rules = [noSensitiveMount] as unknown as readonly Rule[];
    const result = evaluate(rules, assessment).find(({ subject }) => subject.kind === 'container');

    expect(result?.verdict).toBe('fail');
    expect(
      attackPaths(assessment)
        .paths.map(({ sentence }) => sentence)
        .join(),
    ).toContain(`/run${root}`);
  },
);
