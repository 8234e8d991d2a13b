import { isPlain, isRunc, runtimeOf } from '../../controls/runtime.ts';
import { engineInfo, inspected } from '../../snapshot/evidence.ts';
import { defineRule, fail, notApplicable, unknown } from '../rule.ts';

/** Names that promise a kernel of the container's own, or a sandbox around it. */
const PROMISES = /kata|gvisor|runsc|hyper-?v|firecracker|qemu|\bvm\b|sandbox/i;

const impostor = { name: 'kata', path: '/usr/bin/runc', runcVersion: '1.1.15' };

export const runtimeAsNamed = defineRule({
  id: 'runtime-as-named',
  title: 'A runtime that promises isolation is what its name says',
  subject: 'container',
  severity: 'high',
  pillar: 'isolation',
  controls: [],
  rationale:
    'The name of a runtime is only a label in daemon.json: `kata` may start plain runc. The container then shares the kernel of the host.',
  remediation: 'Point the entry of `runtimes` in daemon.json at the program it is named after.',
  fix: { words: 'Run {} under the runtime that its name promises' },
  needs: ['engine'],
  judge({ runtime }, { engine }) {
    const name = runtime === '' ? engine.defaultRuntime : runtime;
    const entry = runtimeOf({ runtime }, engine);
    const evidence = [
      inspected('HostConfig.Runtime', runtime),
      engineInfo(`Runtimes[${name}].path`, entry?.path ?? null),
      engineInfo(`Runtimes[${name}] is runc`, entry?.runcVersion ?? null),
    ];
    if (!PROMISES.test(name)) {
      return notApplicable('its runtime promises no isolation beyond the kernel’s own', evidence);
    }
    if (entry === null) return unknown(`the engine knows no runtime ${name} now`, evidence);
    return isPlain(entry)
      ? fail(`runs under ${isRunc(entry) ? 'runc' : entry.path}, named ${name}`, evidence)
      : unknown(
          'that the program isolates as it promises cannot be seen from the engine',
          evidence,
        );
  },
  examples: {
    pass: [],
    fail: [{ container: { runtime: 'kata' }, engine: { runtimes: [impostor] } }],
    unknown: [
      {
        container: { runtime: 'runsc' },
        engine: { runtimes: [{ name: 'runsc', path: '/usr/bin/runsc', runcVersion: null }] },
      },
      { container: { runtime: 'kata-qemu' } },
    ],
    'not-applicable': [{}, { container: { runtime: '' } }],
  },
});
