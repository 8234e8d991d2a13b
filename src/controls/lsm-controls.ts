import {
  BY_LABEL,
  type Control,
  measured,
  type Protection,
  protectedWhere,
  type Seen,
  unknown,
  weaker,
} from './control.ts';
import { type ControlFacts, seenByTop, tasksOf } from './control-facts.ts';
import { notRunning } from './user-controls.ts';

/** What AppArmor and SELinux hold against every process and thread, by the labels that the kernel gives them. */
export const lsmControls = (facts: ControlFacts): Control[] => [appArmor(facts), selinux(facts)];

function appArmor(facts: ControlFacts): Control {
  const { container, engine } = facts;
  const ownProfile = engine.isPodman ? 'containers-default' : 'docker-default';
  const byDefault = container.isPrivileged ? 'unconfined' : ownProfile;
  const asked = container.askedAppArmorProfile;
  const configured = asked ?? (engine.hasAppArmor ? container.appArmorProfile || byDefault : null);
  const found = { control: 'apparmor', configured } as const;
  if (!engine.hasAppArmor) return lackingLsm(facts, found, isProfile(configured), 'AppArmor');
  // Beside --privileged an engine keeps a profile for the first process and gives the next one none.
  const given = container.appArmorProfile === '' ? configured : container.appArmorProfile;
  return judgeLabels(facts, found, {
    asked: protectedWhere(isProfile(configured)),
    given: protectedWhere(isProfile(given)),
    judge: (label) => seenInFull(facts, label, appArmorProtection(label)),
  });
}

/**
 * The engine's list cuts a label at its blanks, so that the words of a name may look like a mode: what it
 * shows of another profile than the engine names acquits nobody.
 */
function seenInFull(facts: ControlFacts, label: string, judged: Judged): Judged {
  const { container, kernel } = facts;
  const name = profileOf(label);
  const isNamed = [container.appArmorProfile, container.askedAppArmorProfile].includes(name);
  const isFromProbe = kernel.state === 'read' && tasksOf(facts).some((task) => task.label !== null);
  if (judged.held !== 'full') return judged;
  if (isFromProbe || isNamed || container.appArmorProfile === '') {
    return isUnreadProfile(name) ? { held: null, note: profileUnread(name) } : judged;
  }
  return { held: null, note: 'the label in the list is of another profile than the engine names' };
}

/** The name in an AppArmor label, without the mode behind it. */
export const profileOf = (label: string): string => label.replace(/ \([a-z]{1,20}\)$/, '');

const isProfile = (profile: string | null): boolean => profile !== null && profile !== 'unconfined';

/** What a label protects; null where its end does not tell. */
interface Judged {
  held: Protection | null;
  note: string | null;
}

/**
 * The kernel writes the mode behind the name, which may hold blanks and parentheses itself; what nothing
 * confines has no mode (Linux `security/apparmor/label.c`, names of modes in `policy.c`).
 */
export function appArmorProtection(label: string): Judged {
  if (label === 'unconfined') return { held: 'none', note: null };
  const mode = / \(([a-z]{1,20})\)$/.exec(label)?.[1];
  switch (mode) {
    case 'enforce':
    case 'kill':
      return { held: 'full', note: null };
    case 'complain':
      return { held: 'none', note: 'its profile only logs what it would forbid' };
    case 'unconfined':
      return { held: 'none', note: 'its profile is marked as one that confines nothing' };
    case undefined:
      return { held: null, note: 'its label does not end in the mode of a profile' };
    default:
      return { held: null, note: `what the mode "${mode}" of its profile forbids is not known` };
  }
}

/** Types that container policies confine, and types that may do what they like. */
const CONFINED = [
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_user_t',
  'container_logreader_t',
  'svirt_lxc_net_t',
];
const UNCONFINED = [
  'spc_t',
  'unconfined_t',
  'unconfined_service_t',
  'init_t',
  'initrc_t',
  'kernel_t',
  'dockerd_t',
  'docker_t',
  'container_runtime_t',
  'container_engine_t',
  'sysadm_t',
];

function selinux(facts: ControlFacts): Control {
  const { container, engine } = facts;
  const options = container.askedSelinuxOptions;
  const byEngine = container.isSelinuxLabelDisabled ? 'disable' : 'default';
  const configured = options.length > 0 ? options.join(' ') : engine.hasSelinux ? byEngine : null;
  const isConfigured = configured !== null && configured !== 'disable';
  const found = { control: 'selinux', configured } as const;
  if (!engine.hasSelinux) return lackingLsm(facts, found, isConfigured, 'SELinux');
  const asked = protectedWhere(isConfigured);
  return judgeLabels(facts, found, {
    asked,
    given: asked,
    judge: (label) => selinuxProtection(label, facts.selinuxMode),
  });
}

/** Profiles that engines make by themselves, of which it is known what they forbid. */
const OF_ENGINES = /^(docker-default|containers-default(-[\w.]{1,32})?)$/;

/** True for a profile of somebody's own: its name tells nothing of what it forbids, and nobody read its text. */
export const isUnreadProfile = (name: string): boolean => !OF_ENGINES.test(name);

const profileUnread = (name: string): string =>
  `the text of the AppArmor profile ${name} was not read, so what it forbids is not known`;

/** A context is `user:role:type:range`; what the policy makes of its type counts only where it is enforced. */
export function selinuxProtection(context: string, mode: ControlFacts['selinuxMode']): Judged {
  const [, , type = ''] = context.split(':');
  if (mode === 'permissive')
    return { held: 'none', note: 'SELinux only logs what it would forbid' };
  if (UNCONFINED.includes(type)) return { held: 'none', note: null };
  if (mode === null) {
    return { held: null, note: 'whether SELinux refuses or only logs was not read' };
  }
  if (CONFINED.includes(type)) return { held: 'full', note: null };
  return { held: null, note: `whether the policy confines the type ${type} was not read` };
}

interface Labels extends Seen {
  texts: string[];
  /** Whether of some process or thread the label is not known. */
  isPartial: boolean;
}

/** From the probe, of every process and thread, before the host's `ps`, which knows only processes. */
function labelsOf(facts: ControlFacts): Labels | null {
  const { kernel, processes } = facts;
  const tasks = tasksOf(facts);
  if (kernel.state === 'read' && tasks.some(({ label }) => label !== null)) {
    const at = { at: kernel.value.readAt, evidence: BY_LABEL };
    return { ...collect(tasks.map(({ label }) => label)), ...at };
  }
  if (processes.state === 'unread' || processes.value.length === 0) return null;
  return { ...collect(processes.value.map(({ label }) => label)), ...seenByTop(facts) };
}

function collect(labels: readonly (string | null)[]): Pick<Labels, 'texts' | 'isPartial'> {
  // A label that is empty is one that could not be read: every process has one.
  const texts = labels.filter((label) => label !== null && label !== '') as string[];
  return { texts: [...new Set(texts)].sort(), isPartial: texts.length < labels.length };
}

function judgeLabels(
  facts: ControlFacts,
  found: { control: 'apparmor' | 'selinux'; configured: string | null },
  {
    asked,
    given,
    judge,
  }: { asked: Protection; given: Protection; judge: (label: string) => Judged },
): Control {
  const labels = labelsOf(facts);
  if (labels === null || labels.texts.length === 0) {
    return unknown(found, notRunning(facts) ?? 'its label was not read');
  }
  const { texts, isPartial, ...seen } = labels;
  const judged = texts.map(judge);
  const known = judged.flatMap(({ held }) => (held === null ? [] : [held]));
  const held = known.reduce(weaker, 'full');
  const [only] = texts;
  const effective = texts.length === 1 && only !== undefined ? only : texts;
  const open = judged.find((one) => one.held === null);
  if (held === 'full' && (open || isPartial)) {
    return { ...unknown(found, open?.note ?? 'not every label was read'), effective };
  }
  const note = judged.find((one) => one.held === held)?.note ?? null;
  return measured({ ...found, effective, note }, { asked, given, held }, seen);
}

/** Whatever is asked for, an engine whose kernel has no such module confines nothing. */
function lackingLsm(
  { takenAt }: ControlFacts,
  found: { control: 'apparmor' | 'selinux'; configured: string | null },
  isConfigured: boolean,
  name: string,
): Control {
  const note = `the kernel of the host has no ${name}`;
  const at = { at: takenAt, evidence: 'GET /info' };
  const sides = { asked: protectedWhere(isConfigured), held: 'none' } as const;
  return measured({ ...found, effective: null, note }, sides, at);
}
