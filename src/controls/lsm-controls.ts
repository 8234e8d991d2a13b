import {
  BY_INFO,
  BY_LABEL,
  type Control,
  measured,
  type Protection,
  protectedWhere,
  type Seen,
  unknown,
  weaker,
} from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import {
  appArmorProtection,
  isUnreadProfile,
  type Judged,
  profileOf,
  selinuxProtection,
} from './lsm-labels.ts';
import { notRunning, seenByTop, tasksOf } from './seen-tasks.ts';

/** What AppArmor and SELinux hold against every process and thread, by the labels that the kernel gives them. */
export const lsmControls = (facts: ControlFacts): Control[] => [appArmor(facts), selinux(facts)];

function appArmor(facts: ControlFacts): Control {
  const { container, engine } = facts;
  const ownProfile = engine.isPodman ? 'containers-default' : 'docker-default';
  const byDefault = container.isPrivileged ? 'unconfined' : ownProfile;
  const asked = container.askedAppArmorProfile;
  const configured = asked ?? (engine.hasAppArmor ? container.appArmorProfile || byDefault : null);
  const found = { control: 'apparmor', configured } as const;
  if (!engine.hasAppArmor) {
    const note = 'the kernel of the host has no AppArmor';
    return lackingLsm(found, isProfile(configured), note, byInfo(facts));
  }
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

const isProfile = (profile: string | null): boolean => profile !== null && profile !== 'unconfined';

function selinux(facts: ControlFacts): Control {
  const { container, engine } = facts;
  const options = container.askedSelinuxOptions;
  const byEngine = container.isSelinuxLabelDisabled ? 'disable' : 'default';
  const configured = options.length > 0 ? options.join(' ') : engine.hasSelinux ? byEngine : null;
  const isConfigured = configured !== null && configured !== 'disable';
  const found = { control: 'selinux', configured } as const;
  if (!engine.hasSelinux) {
    const labels = labelsOf(facts);
    const seen = labels?.isSeen ? labels : byInfo(facts);
    return unusedSelinux(facts, found) ?? lackingLsm(found, isConfigured, NOT_USED, seen);
  }
  // Who asks for a level of more categories gets it.
  const isWide = selinuxProtection(container.processLabel, 'enforcing').held === 'less';
  const asked = isConfigured && isWide ? 'less' : protectedWhere(isConfigured);
  return judgeLabels(facts, found, {
    asked,
    given: asked,
    judge: (label) => selinuxProtection(label, facts.selinuxMode),
  });
}

/** `user:role:type` and a range. */
const CONTEXT = /^[^\s:]+:[^\s:]+:[^\s:]+(:|$)/;

/**
 * The labels that the kernel gives processes of an engine that was not told to use SELinux: by the policy, as to any
 * program that the engine starts. Null where it gives none.
 */
function unusedSelinux(
  facts: ControlFacts,
  found: { control: 'selinux'; configured: string | null },
): Control | null {
  const labels = labelsOf(facts);
  if (!labels?.texts.some((label) => CONTEXT.test(label))) return null;
  const judged = judgeLabels(facts, found, {
    ...{ asked: protectedWhere(found.configured !== null), given: 'none' },
    judge: (label) => selinuxProtection(label, facts.selinuxMode),
  });
  return { ...judged, note: judged.note ?? UNUSED };
}

/** What `/info` says, which is nothing about the kernel. */
const NOT_USED = 'the engine does not use SELinux';
const UNUSED = 'the kernel has SELinux, and the engine was not told to use it';

const profileUnread = (name: string): string =>
  `the text of the AppArmor profile ${name} was not read, so what it forbids is not known`;

interface Labels extends Seen {
  texts: string[];
  /** Whether of some process or thread the label is not known. */
  isPartial: boolean;
  /** Whether somebody looked for one, though there may be none. */
  isSeen: boolean;
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

function collect(labels: readonly (string | null)[]): Omit<Labels, keyof Seen> {
  // A label that is empty is one that could not be read: every process has one.
  const texts = labels.filter((label) => label !== null && label !== '') as string[];
  return {
    texts: [...new Set(texts)].sort(),
    isPartial: texts.length < labels.length,
    isSeen: labels.some((label) => label !== null),
  };
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
  const { texts, isPartial, at, evidence } = labels;
  const judged = texts.map(judge);
  const known = judged.flatMap(({ held }) => (held === null ? [] : [held]));
  const held = known.reduce(weaker, 'full');
  const [only] = texts;
  const effective = texts.length === 1 && only !== undefined ? only : texts;
  const open = judged.find((one) => one.held === null);
  if (held === 'full' && (open || isPartial)) {
    return unknown(found, open?.note ?? 'not every label was read', effective);
  }
  const note = judged.find((one) => one.held === held)?.note ?? null;
  return measured({ ...found, effective, note }, { asked, given, held }, { at, evidence });
}

const byInfo = ({ takenAt }: ControlFacts): Seen => ({ at: takenAt, evidence: BY_INFO });

/** Whatever is asked for, an engine without such a module confines nothing. */
function lackingLsm(
  found: { control: 'apparmor' | 'selinux'; configured: string | null },
  isConfigured: boolean,
  note: string,
  { at, evidence }: Seen,
): Control {
  const sides = { asked: protectedWhere(isConfigured), held: 'none' } as const;
  return measured({ ...found, effective: null, note }, sides, { at, evidence });
}
