import { read } from '../../shared/reading.ts';
import { enumerate } from '../../shared/text.ts';
import { execInspected, inspected } from '../../snapshot/evidence.ts';
import type { ExecSession } from '../../snapshot/facts/exec.ts';
import { defaultCapabilities } from '../../snapshot/normalise/capabilities.ts';
import { controlEvidence, mappedBy, unlessMoreGiven } from '../control-evidence.ts';
import { escapeCapabilities } from '../dangerous-capabilities.ts';
import {
  capabilities,
  execsFound,
  execsUnread,
  hostNamespace,
  privileged,
  underWrapper,
} from '../example-facts.ts';
import { kernelSays, withCapabilities } from '../example-kernel.ts';
import { without } from '../fix-change.ts';
import { defineRule, fail, pass, type Severity, unknown } from '../rule.ts';

export const noAddedCapabilities = defineRule({
  id: 'no-added-capabilities',
  title: 'Containers have no capabilities beyond the default set',
  subject: 'container',
  severity: 'high',
  pillar: 'privilege',
  controls: ['cis-1.6:5.4', 'cis-1.8:5.4'],
  rationale:
    'Each capability is a part of the power of root. Those outside the default set reach devices, kernel settings or other processes of the host.',
  remediation:
    'Remove the names from `--cap-add`; best is `--cap-drop ALL` and adding back only what the workload proves to need.',
  fix: {
    words: 'Take the added capabilities from {}',
    change: (seen) => {
      const added = seen('HostConfig.CapAdd');
      return {
        run: without('--cap-add', added),
        compose: `remove from cap_add: ${added.join(', ') || 'what it adds'}`,
      };
    },
  },
  facet: 'added-capability',
  shownBy: ['cap-bounding', 'cap-permitted'],
  consults: ['engine', 'processes', 'execs', 'kernel'],
  judge(container, _facts, { controlsOf, execsOf }) {
    const controls = controlsOf(container.id);
    const beyond = controls.privileges.capabilities.filter(
      (name) => !defaultCapabilities.includes(name),
    );
    const evidence = [...controls.given['cap-bounding'].evidence];
    for (const name of ['cap-bounding', 'cap-permitted'] as const) {
      const seen = controls.find(name);
      if (seen?.source === 'measured') evidence.push(...controlEvidence(seen));
    }
    if (beyond.length === 0) {
      const isRunning = container.state === 'running' || container.state === 'paused';
      const execs = isRunning ? execsOf(container.id) : read<ExecSession[]>([]);
      // What the kernel says of every process counts those of open commands.
      const isMeasured = controls.find('cap-bounding')?.source === 'measured';
      if (execs.state === 'unread' && !isMeasured) {
        const reason = `whether a command with every capability is open: ${execs.reason}`;
        return unknown(reason, evidence);
      }
      if (execs.state === 'read' && execs.value.some(({ isPrivileged }) => isPrivileged)) {
        const mapped = mappedBy(controls);
        evidence.push(execInspected('ProcessConfig.privileged', true), ...(mapped ?? []));
        const severity = gradeOf(escapeCapabilities, mapped !== null);
        return fail('runs a command that has every capability', evidence, { severity });
      }
      const none = pass('has no capability beyond the default set', evidence);
      return unlessMoreGiven(controls, 'privileges', none);
    }
    const mapped = mappedBy(controls);
    evidence.push(inspected('capabilities beyond the default set', beyond), ...(mapped ?? []));
    const dangerous = beyond.filter((name) => escapeCapabilities.includes(name));
    const rest = beyond.filter((name) => !escapeCapabilities.includes(name));
    const message = `has ${enumerate([...dangerous, ...rest], 4)} beyond the default set`;
    return fail(message, evidence, { severity: gradeOf(beyond, mapped !== null) });
  },
  examples: {
    unknown: [underWrapper, { execs: execsUnread }],
    pass: [
      { container: capabilities([]), execs: execsFound() },
      { container: capabilities([], ['ALL']), execs: execsFound() },
      { container: capabilities(['CAP_NET_BIND_SERVICE'], ['ALL']), execs: execsFound() },
      { container: capabilities(['CAP_CHOWN']), execs: execsFound() },
    ],
    fail: [
      { container: capabilities(['CAP_NET_ADMIN']), kernel: kernelSays([withCapabilities()]) },
      { container: capabilities(['CAP_NET_ADMIN']) },
      { container: capabilities([]), kernel: kernelSays([withCapabilities('CAP_NET_ADMIN')]) },
      { container: capabilities(['CAP_NET_ADMIN'], ['CAP_NET_ADMIN']) },
      { container: capabilities(['CAP_NET_ADMIN'], ['ALL']) },
      { container: capabilities(['CAP_NET_ADMIN', 'CAP_SYS_ADMIN']), severity: 'critical' },
      { container: capabilities(['CAP_IPC_LOCK', 'CAP_LEASE']), severity: 'low' },
      { container: capabilities(['CAP_SYS_NICE', 'CAP_IPC_LOCK']), severity: 'medium' },
      { container: capabilities(['CAP_IPC_LOCK', 'CAP_NET_ADMIN']) },
      { container: capabilities(['CAP_SYS_MODULE']), severity: 'critical' },
      { container: capabilities(['CAP_SYS_PTRACE']), severity: 'critical' },
      { container: capabilities(['CAP_DAC_READ_SEARCH']), severity: 'critical' },
      { container: capabilities(['ALL'], ['ALL']), severity: 'critical' },
      { container: capabilities(['ALL'], ['CAP_NET_RAW']), severity: 'critical' },
      { container: privileged, severity: 'critical' },
      { execs: execsFound({ isPrivileged: true }), severity: 'critical' },
      { container: { ...privileged, droppedCapabilities: ['ALL'] }, severity: 'critical' },
      // Over its own user namespace, and what the kernel gives to that.
      {
        container: capabilities(['CAP_SYS_MODULE']),
        engine: { remapsUsers: true },
        severity: 'medium',
      },
      {
        container: capabilities(['CAP_SYS_ADMIN']),
        engine: { isRootless: true },
        severity: 'medium',
      },
      { container: capabilities(['CAP_NET_ADMIN']), engine: { isRootless: true }, severity: 'low' },
      {
        container: { ...capabilities(['CAP_SYS_ADMIN']), userNamespace: hostNamespace },
        engine: { remapsUsers: true },
        severity: 'critical',
      },
    ],
  },
});

/**
 * What these give is bounded by the container's own memory, files and network (capabilities(7)), or no more than a wakeful
 * machine.
 */
const BOUNDED: readonly string[] = [
  'CAP_IPC_LOCK',
  'CAP_LEASE',
  'CAP_NET_BROADCAST',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
];
/** With it a container takes processor time from others, and nothing else. */
const OF_TIME = 'CAP_SYS_NICE';

/** Those over a user namespace open more of the kernel to attacks, and nothing of the host by themselves. */
function gradeOf(beyond: readonly string[], isMapped: boolean): Severity {
  const isDangerous = beyond.some((name) => escapeCapabilities.includes(name));
  if (isMapped) return isDangerous ? 'medium' : 'low';
  if (isDangerous) return 'critical';
  const more = beyond.filter((name) => !BOUNDED.includes(name));
  if (more.length === 0) return 'low';
  return more.every((name) => name === OF_TIME) ? 'medium' : 'high';
}
