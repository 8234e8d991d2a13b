import { engineInfo, inspected } from '../snapshot/evidence.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { Asking, Given } from './control.ts';
import { isUnreadProfile, selinuxProtection } from './lsm-labels.ts';

export function givenNoNewPrivileges(
  { noNewPrivileges: own }: Asking,
  engine: EngineFacts | null,
): Given {
  const byEngine = engine === null ? null : engine.hasNoNewPrivilegesDefault;
  const evidence = [
    inspected('HostConfig.SecurityOpt[no-new-privileges]', own),
    engineInfo('SecurityOptions[name=no-new-privileges]', byEngine),
  ];
  if (own === null && byEngine === null) {
    return { protection: null, says: 'the engine, whose default counts, was not read', evidence };
  }
  // What an engine gives by default it wrote down on the day it made the container, and shows to nobody.
  if (own === null && byEngine && !engine?.isPodman) {
    return { protection: null, says: DEFAULT_OF_THAT_DAY, evidence };
  }
  if (own ?? byEngine) {
    const by = own ? '' : ", by the engine's default";
    return { protection: 'full', says: `cannot gain privileges${by}`, evidence };
  }
  const says =
    own === false
      ? 'can gain privileges: no-new-privileges is set to false'
      : 'can gain privileges: neither it nor the engine sets no-new-privileges';
  return { protection: 'none', says, evidence };
}

const DEFAULT_OF_THAT_DAY =
  'no-new-privileges is the engine’s default of today, and the container keeps that of the day on which it was created: the level kernel tells it of one that runs';

const majorOf = ({ version }: EngineFacts): number => Number.parseInt(version, 10);

/** Engines before this one allow io_uring to every container (moby/moby#46762). */
const FIRST_MAJOR_WITHOUT_IO_URING = 25;

/** Last engine known to ignore a profile beside `--privileged` (moby/moby#47500 came later). */
const LAST_MAJOR_IGNORING_PROFILE = 26;

/** Why nobody knows whether a privileged container has the profile that it asks for. */
const MAY_KEEP_PROFILE = 'not every engine of this age keeps a profile beside --privileged';

function mayKeepProfile(engine: EngineFacts): boolean {
  const major = majorOf(engine);
  return engine.isPodman || Number.isNaN(major) || major > LAST_MAJOR_IGNORING_PROFILE;
}

export function givenSeccomp(container: Asking, engine: EngineFacts | null): Given {
  const { seccomp, isPrivileged } = container;
  const evidence = [
    inspected('HostConfig.SecurityOpt[seccomp]', seccomp),
    inspected('HostConfig.Privileged', isPrivileged),
  ];
  const none = (says: string): Given => ({ protection: 'none', says, evidence });
  if (seccomp === 'unconfined') return none('runs with seccomp unconfined');
  if (seccomp === 'allows-everything') return none('has a seccomp profile that forbids nothing');
  if (engine === null) {
    return { protection: null, says: 'the engine, whose default counts, was not read', evidence };
  }
  evidence.push(engineInfo('SecurityOptions[name=seccomp].profile', engine.seccompProfile));
  if (engine.seccompProfile === null) {
    return { ...none('runs on a kernel that offers no seccomp'), isByEngine: true };
  }
  const isAsked = seccomp === 'custom' || seccomp === 'builtin';
  if (isPrivileged && isAsked && mayKeepProfile(engine)) {
    evidence.push(engineInfo('ServerVersion', engine.version));
    return { protection: null, says: MAY_KEEP_PROFILE, evidence };
  }
  if (isPrivileged) return none('runs without seccomp, being privileged');
  if (seccomp === 'default' && engine.seccompProfile === 'unconfined') {
    return { ...none("runs without seccomp, by the engine's default"), isByEngine: true };
  }
  return { ...byText(container, engine), evidence };
}

/** What a profile forbids, by its text; null where nobody read that. */
export function byText(
  { seccomp, seccompAllows }: Asking,
  engine: EngineFacts,
): Pick<Given, 'protection' | 'says'> {
  const { seccompProfile } = engine;
  if (seccomp !== 'custom') {
    return seccomp === 'builtin' || seccompProfile === 'builtin'
      ? { protection: 'full', says: "is given the engine's profile" }
      : {
          protection: null,
          says: `the engine's seccomp profile is a file, and what ${seccompProfile} forbids was not read`,
        };
  }
  if (seccompAllows === undefined) {
    return { protection: null, says: 'what its own seccomp profile forbids was not read' };
  }
  const hasIoUring = !engine.isPodman && majorOf(engine) < FIRST_MAJOR_WITHOUT_IO_URING;
  const allows = seccompAllows.filter((call) => !(hasIoUring && call.startsWith('io_uring_')));
  if (allows.length === 0) return { protection: 'full', says: 'is given a profile of its own' };
  // Podman's own profile allows some of these as well, and nobody read which.
  return engine.isPodman
    ? { protection: null, says: `has a seccomp profile that allows ${allows.join(', ')}` }
    : {
        protection: 'less',
        says: `has a seccomp profile that allows more than the engine's: ${allows.join(', ')}`,
      };
}

export function givenAppArmor(
  { askedAppArmorProfile: asked, appArmorProfile, startedAt, isPrivileged }: Asking,
  { hasAppArmor }: EngineFacts,
): Given {
  // What is written down is given to the next process; beside --privileged that is none, whatever was asked for.
  const profile = appArmorProfile || (asked ?? '');
  const evidence = [
    engineInfo('SecurityOptions[name=apparmor]', hasAppArmor),
    inspected('AppArmorProfile', appArmorProfile),
    ...(asked === null ? [] : [inspected('HostConfig.SecurityOpt[apparmor]', asked)]),
  ];
  if (!hasAppArmor) {
    return { protection: 'none', says: 'the host has no AppArmor', evidence, isByEngine: true };
  }
  // The engine writes the profile down when it starts a container, not when it creates it.
  if (profile === '' && startedAt === null && !isPrivileged) {
    const says = 'never started, and the engine chooses the profile at the start';
    return { protection: null, says, evidence };
  }
  if (profile === '' || profile === 'unconfined') {
    return { protection: 'none', says: 'runs without an AppArmor profile', evidence };
  }
  const unread = isUnreadProfile(profile) ? ', whose text was not read' : '';
  const says = `is given the AppArmor profile ${profile}${unread}`;
  return { protection: 'full', says, evidence };
}

export function givenSelinux(
  { processLabel, isSelinuxLabelDisabled }: Asking,
  { hasSelinux }: EngineFacts,
): Given {
  const evidence = [
    engineInfo('SecurityOptions[name=selinux]', hasSelinux),
    inspected('ProcessLabel', processLabel),
    inspected('HostConfig.SecurityOpt[label=disable]', isSelinuxLabelDisabled),
  ];
  if (!hasSelinux) {
    return {
      protection: 'none',
      says: 'the engine does not use SELinux',
      evidence,
      isByEngine: true,
    };
  }
  const none = (says: string): Given => ({ protection: 'none', says, evidence });
  if (isSelinuxLabelDisabled) return none('has its SELinux label disabled');
  if (processLabel === '') return none('has no SELinux label');
  // As it is judged where it was seen, had the kernel enforced it.
  const { held, note } = selinuxProtection(processLabel, 'enforcing');
  if (held === 'none') {
    return none(`runs under the unconfined SELinux type ${processLabel.split(':')[2]}`);
  }
  if (held === null) return { protection: null, says: note ?? 'its label is not known', evidence };
  const says =
    held === 'less'
      ? 'is given an SELinux label that does not keep it from all others'
      : 'is given a confining SELinux label';
  return { protection: held, says: note === null ? says : `${says}: ${note}`, evidence };
}
