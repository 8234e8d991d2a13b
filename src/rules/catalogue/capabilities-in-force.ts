import { privileged } from '../example-facts.ts';
import { kernelProcess, kernelSays, kernelUnread, withCapabilities } from '../example-kernel.ts';
import { inForceRule } from '../in-force-rule.ts';

export const capabilitiesInForce = inForceRule({
  id: 'capabilities-in-force',
  title: 'Capabilities that a container drops are really gone',
  severity: 'high',
  pillar: 'privilege',
  question: 'no-added-capabilities',
  controls: ['cap-effective', 'cap-permitted', 'cap-bounding', 'cap-ambient'],
  what: 'limited capabilities',
  rationale:
    'With --privileged the engine ignores dropped capabilities, and a process that somebody starts later may hold more than the first one. The configuration then says less than the kernel allows.',
  remediation:
    'Drop `--privileged` and name the capabilities the workload needs; end commands that were started with more (`docker exec --privileged`).',
  fix: { words: 'Make {} lose the capabilities that it drops' },
  examples: {
    pass: [{ kernel: kernelSays([kernelProcess()]) }],
    fail: [
      { container: { ...privileged, droppedCapabilities: ['ALL'] } },
      { kernel: kernelSays([kernelProcess(), withCapabilities('CAP_SYS_ADMIN')]) },
    ],
    unknown: [{}, { kernel: kernelUnread('its process id was given to another') }],
  },
});
