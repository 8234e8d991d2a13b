import { dangerousCapabilities } from '../rules/dangerous-capabilities.ts';
import { isWithin } from '../rules/dangerous-places.ts';
import { engineInfo, inspected } from '../rules/evidence.ts';
import { deviceEdges } from './device-edges.ts';
import { openApis } from './engine-api.ts';
import type { Condition } from './graph.ts';
import { type HostStep, stepTo } from './host-step.ts';
import { asRoot, missing, type Power, runtimeLimit, weakness } from './power.ts';

/** What privileges, capabilities, namespaces and devices give a container of the host. */
export function privilegeEdges(power: Power): HostStep[] {
  // Privileged includes every capability and device: one step says it all.
  const own = power.container.isPrivileged
    ? [privilegedStep(power)]
    : [...capabilitySteps(power), ...deviceEdges(power), ...openSettings(power)];
  return [...own, ...namespaceSteps(power), ...localApiSteps(power)];
}

function privilegedStep(power: Power): HostStep {
  return stepTo(power, {
    kind: 'privileged',
    name: '--privileged',
    says: 'runs privileged, so every device and kernel setting is open to it',
    conditions: asRoot(power),
    evidence: [inspected('HostConfig.Privileged', true)],
    rules: ['no-privileged-container'],
  });
}

function capabilitySteps(power: Power): HostStep[] {
  const { container } = power;
  const has = (name: string) => container.configuredCapabilities.includes(name);
  // Without root none is effective, and no-new-privileges keeps it so (no ambient set is given).
  if (power.isRoot === false && power.hasNoNewPrivileges) return [];
  return dangerousCapabilities
    .filter(({ name, isForProcesses }) => has(name) && !isForProcesses)
    .map(({ name, reason, after, isConfined }) =>
      stepTo(power, {
        kind: 'capability',
        name,
        says: `has ${name}, which ${reason}`,
        conditions: [
          ...asRoot(power),
          ...profileLimit(power),
          ...(isConfined ? confinement(power) : []),
          ...(after === null ? [] : [weakness(after)]),
        ],
        evidence: [
          inspected('HostConfig.CapAdd', container.addedCapabilities),
          inspected('HostConfig.CapDrop', container.droppedCapabilities),
        ],
        rules: ['no-added-capabilities'],
      }),
    );
}

/**
 * Where nothing keeps /proc/sys read-only, root writes the settings of the kernel, among them the
 * program that it starts as root of the host; no capability is asked for.
 */
function openSettings(power: Power): HostStep[] {
  const { hasUnmaskedSystemPaths, readonlyPaths } = power.container;
  const isKept = readonlyPaths?.some((path) => isWithin('/proc/sys', path)) ?? false;
  if (!hasUnmaskedSystemPaths || isKept) return [];
  return [
    stepTo(power, {
      kind: 'writable-mount',
      name: '/proc/sys',
      says: 'can write the settings of the kernel in its own /proc/sys',
      conditions: [...asRoot(power), ...kernelFilesLimit(power, '/proc/sys')],
      evidence: [
        inspected('HostConfig.ReadonlyPaths', readonlyPaths),
        inspected('HostConfig.MaskedPaths', power.container.maskedPaths),
      ],
      rules: ['no-unmasked-system-path'],
    }),
  ];
}

/** The engine's API on a loopback address is open to whoever shares the host's network. */
function localApiSteps(power: Power): HostStep[] {
  const { container, engine } = power;
  if (container.networkNamespace.resolved !== 'host' || !engine) return [];
  return openApis(engine)
    .filter(({ isLocal }) => isLocal)
    .map(({ address, warning }) =>
      stepTo(power, {
        kind: 'engine-api',
        name: address,
        says: `is on the host's network, where the engine's API answers at ${address}`,
        conditions: [...power.always, ...runtimeLimit(power)],
        evidence: [
          inspected('HostConfig.NetworkMode', container.networkNamespace.mode),
          engineInfo('Warnings', [warning]),
        ],
        rules: ['no-host-network'],
      }),
    );
}

/**
 * AppArmor's profile of the engine refuses writes to most of /proc and /sys, by the path inside, so not
 * to the same files at another place. Its name is no proof that the kernel holds it.
 */
export function kernelFilesLimit({ container }: Power, destination: string): Condition[] {
  const { appArmorProfile: profile, processLabel, isSelinuxLabelDisabled } = container;
  const isNamed = /^\/(proc|sys)(\/(?!fs\b)|$)/.test(destination);
  if (isNamed && profile !== '' && profile !== 'unconfined') {
    return [missing(`its AppArmor profile ${profile} does not refuse it, which was not read`)];
  }
  const isLabelled = processLabel !== '' && !isSelinuxLabelDisabled;
  return isLabelled ? [missing('its SELinux label does not refuse it, which was not read')] : [];
}

/** Capabilities act through calls that a profile of the team's own may forbid. */
function profileLimit({ container }: Power): Condition[] {
  return container.seccomp === 'custom'
    ? [missing('its own seccomp profile allows the call, which was not read')]
    : [];
}

/** AppArmor and SELinux forbid mounting and tracing, whatever the capabilities. */
export function confinement({ container }: Power): Condition[] {
  const { appArmorProfile, processLabel, isSelinuxLabelDisabled } = container;
  if (appArmorProfile !== '' && appArmorProfile !== 'unconfined') {
    return [weakness(`a way past its AppArmor profile ${appArmorProfile}`)];
  }
  const isLabelled = processLabel !== '' && !isSelinuxLabelDisabled;
  return isLabelled ? [weakness('a way past its SELinux label')] : [];
}

function namespaceSteps(power: Power): HostStep[] {
  const { container } = power;
  const { pidNamespace: pid, networkNamespace: network, ipcNamespace: ipc } = container;
  const evidence = (setting: string, mode: string) => [inspected(`HostConfig.${setting}`, mode)];
  const steps: HostStep[] = [];
  const canTrace = container.configuredCapabilities.includes('CAP_SYS_PTRACE');
  if (pid.resolved === 'host' || (pid.resolved === 'unknown' && canTrace)) {
    const isUnsure = pid.resolved === 'unknown';
    steps.push(
      stepTo(power, {
        kind: 'namespace',
        name: 'PID namespace',
        says: canTrace
          ? "shares the host's processes and has CAP_SYS_PTRACE, which takes them over"
          : "shares the host's PID namespace",
        conditions: [
          ...asRoot(power),
          ...confinement(power),
          ...(isUnsure ? [missing("its PID namespace is the host's, which was not read")] : []),
          ...(canTrace ? [] : [weakness('a process of the host that it may trace')]),
        ],
        evidence: [
          ...evidence('PidMode', pid.mode),
          inspected('HostConfig.CapAdd', container.addedCapabilities),
        ],
        rules:
          canTrace && !container.isPrivileged
            ? ['no-host-pid', 'no-added-capabilities']
            : ['no-host-pid'],
      }),
    );
  }
  const shared = (name: string, setting: string, mode: string, rule: string, after: string) =>
    stepTo(power, {
      kind: 'namespace',
      name: `${name} namespace`,
      says: `shares the host's ${name} namespace`,
      conditions: [...power.always, weakness(after)],
      evidence: evidence(setting, mode),
      rules: [rule],
    });
  if (network.resolved === 'host') {
    const after = "a service of the host that trusts whoever is on the host's own network";
    steps.push(shared('network', 'NetworkMode', network.mode, 'no-host-network', after));
  }
  if (ipc.resolved === 'host') {
    const after = 'a process of the host that trusts its shared memory';
    steps.push(shared('IPC', 'IpcMode', ipc.mode, 'no-host-ipc', after));
  }
  return steps;
}
