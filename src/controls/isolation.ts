import { OTHER_PROCESSES } from '../snapshot/container-processes.ts';
import type { Control, ControlName } from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import { isMachineName, isPlain, isRunc, isSandboxName, type RuntimeFacts } from './runtime.ts';

/** From the weakest; what stands between the workload and the host’s kernel. */
export const isolationLevels = [
  'on-the-host',
  'shared-kernel',
  'user-namespace',
  'rootless',
  'sandbox',
  'virtual-machine',
] as const;
export type IsolationLevel = (typeof isolationLevels)[number];

export interface Isolation {
  /** Null when nothing can be said. */
  level: IsolationLevel | null;
  /** `declared` rests on a name that nobody can check from outside. */
  source: Control['source'] | 'declared';
  because: string;
  /** What a virtual machine would put between it and the host that is not there; phrases. */
  lacks: string[];
}

const hostNamespaces = [
  ['ns-pid', 'processes'],
  ['ns-net', 'network'],
  ['ns-ipc', 'IPC'],
  ['ns-uts', 'name'],
] as const;

/**
 * How far one container is from the host, by the strongest evidence there is. A runtime's name proves
 * nothing: a virtual machine is never more than declared, and runc behind the name is runc.
 */
export function isolationOf(facts: ControlFacts, of: Find): Isolation {
  const found = levelOf(facts, of);
  return { ...found, lacks: lacksOf(found.level, facts, of) };
}

type Find = (name: ControlName) => Control | undefined;
type Found = Omit<Isolation, 'lacks'>;

function levelOf(facts: ControlFacts, of: Find): Found {
  const { container } = facts;
  const behind = barrierOf(facts) ?? rootlessOf(facts, of);
  if (behind !== null) return behind;
  if (container.isPrivileged) {
    const because = 'it is privileged: the host’s devices and every capability are its own';
    return { level: 'on-the-host', source: 'predicted', because };
  }
  for (const [name, what] of hostNamespaces) {
    const control = of(name);
    if (control?.effective !== 'host') {
      // What does not run is in it as it starts, and so is what comes after a process that left it.
      const { protection, says } = facts.given[name];
      if (protection !== 'none') continue;
      return { level: 'on-the-host', source: 'predicted', because: `it ${says}` };
    }
    const through = control.note === null ? '' : `, ${control.note}`;
    const because = `it shares the host’s ${what}${through}`;
    return { level: 'on-the-host', source: control.source, because };
  }
  return byRuntime(facts, of);
}

/**
 * A kernel or a machine in between, for a program that is none of the ordinary ones. What
 * `--privileged` and shared namespaces give away then is of that kernel, not of the host.
 */
function barrierOf(facts: ControlFacts): Found | null {
  const { container, runtime, processes } = facts;
  if (runtime === null || isPlain(runtime)) return null;
  const { name, path } = runtime;
  if (isSandboxName(path)) {
    // gVisor answers `top` with its own numbers, so that the list lacks the process on the host.
    const isSeen =
      processes.state === 'unread' &&
      processes.reason === OTHER_PROCESSES &&
      container.pid !== null;
    const because = `its runtime is ${path}, a kernel of gVisor in between`;
    return { level: 'sandbox', source: isSeen ? 'measured' : 'declared', because };
  }
  if (isMachineName(path) || isMachineName(name)) {
    const because = `its runtime is named ${name}; that it starts a machine cannot be seen`;
    return { level: 'virtual-machine', source: 'declared', because };
  }
  return null;
}

/** What `--privileged` and shared namespaces give is then the engine's, which is not root itself. */
function rootlessOf({ container, engine, runtime }: ControlFacts, of: Find): Found | null {
  const users = of('user-namespace');
  if (!engine.isRootless || runtime === null || isSeenAsRoot(users)) return null;
  const given = container.isPrivileged ? ', and privileged means what that user may' : '';
  const because = `the engine is not root: root inside is an ordinary user outside${given}${impostorOf(runtime.name)}`;
  return { level: 'rootless', source: users?.source ?? 'predicted', because };
}

/** Whatever the engine says of itself: root inside was seen to be root of the host. */
export const isSeenAsRoot = (users: Control | undefined): boolean =>
  users?.source === 'measured' && users.verdict === 'not-enforced';

const impostorOf = (name: string): string =>
  isMachineName(name) || isSandboxName(name) ? ` although its runtime is named ${name}` : '';

function byRuntime(facts: ControlFacts, of: Find): Found {
  const { container, engine, runtime, whyNotPredicted } = facts;
  if (whyNotPredicted === null && runtime !== null) return byUserNamespace(facts, of, runtime);
  const name = container.runtime === '' ? engine.defaultRuntime : container.runtime;
  const unknown = (because: string): Found => ({ level: null, source: 'unknown', because });
  if (runtime !== null) return unknown(`its runtime ${name} is not known`);
  return unknown(
    engine.isPodman && whyNotPredicted !== null
      ? whyNotPredicted
      : `the engine knows no runtime ${name} now`,
  );
}

function byUserNamespace(
  { container, given }: ControlFacts,
  of: Find,
  runtime: RuntimeFacts,
): Found {
  const { name, path } = runtime;
  const program = isRunc(runtime) ? 'runc' : path.slice(path.lastIndexOf('/') + 1);
  const impostor = impostorOf(name);
  const users = of('user-namespace');
  // Of what does not run the configuration alone tells.
  const isGiven = container.pid === null && given['user-namespace'].protection === 'full';
  if (users && (isGiven || isMappedAway(users))) {
    const because = `${program}, with users mapped away from the host’s${impostor}`;
    return { level: 'user-namespace', source: isGiven ? 'predicted' : users.source, because };
  }
  const source = of('ns-pid')?.source === 'measured' ? 'measured' : 'predicted';
  return {
    level: 'shared-kernel',
    source,
    because: `${program}: a process of the host${impostor}`,
  };
}

/** A measured one shows its ranges, of which root's may lead to root. */
const isMappedAway = ({ source, verdict, effective }: Control): boolean =>
  source === 'measured' ? verdict === 'enforced' : source === 'predicted' && effective !== 'host';

function lacksOf(level: IsolationLevel | null, facts: ControlFacts, of: Find): string[] {
  if (level === 'virtual-machine') return [];
  const isOff = (name: ControlName) => ['off', 'not-enforced'].includes(of(name)?.verdict ?? '');
  const seccomp = of('seccomp');
  const calls =
    seccomp === undefined || seccomp.verdict === 'unknown'
      ? 'how many system calls are shut is unknown'
      : isOff('seccomp')
        ? 'every system call is open'
        : 'some 300 system calls are open';
  const kernel =
    level === 'sandbox'
      ? 'a kernel that needs no code of the host’s: gVisor’s own calls still reach it'
      : `a kernel of its own: ${calls}, and one hole in any of them is the host`;
  return [
    kernel,
    ...(level === 'sandbox' ? [] : ['a separate page cache and memory, apart from the host’s']),
    ...(isOff('user-namespace') && level !== 'sandbox'
      ? ['a root of its own: uid 0 inside is uid 0 of the host']
      : []),
    ...(isOff('masked-paths') ? ['a /proc of its own: paths of the host’s kernel are open'] : []),
    ...(isOff('devices') && facts.container.isPrivileged ? ['devices of its own'] : []),
    ...(isOff('ns-net') ? ['a network of its own'] : []),
    ...(isOff('memory-limit') ? ['a fixed amount of memory'] : []),
  ];
}
