import { type Control, type ControlName, controlNames, type Given } from '../controls/control.ts';
import type { GivenName } from '../controls/given.ts';
import type { Held } from '../controls/held-alike.ts';
import type { Changeable } from '../controls/may-change.ts';
import type { Extra } from '../controls/more-given.ts';
import type { Reading } from '../shared/reading.ts';
import { type Evidence, inspected, processListed } from '../snapshot/evidence.ts';
import { fail, type Judgement, pass, unknown } from './rule.ts';

/** By which name each side of a control is told. */
const sides = Object.fromEntries(
  controlNames.map((name) => [
    name,
    {
      configured: `${name} (configured)`,
      measured: `${name} (effective)`,
      predicted: `${name} (predicted)`,
    },
  ]),
) as Record<ControlName, Record<'configured' | 'measured' | 'predicted', string>>;

/** Both sides of a control: what is configured, and what was found, with the call that gave it. */
export function controlEvidence({
  control,
  configured,
  effective,
  source,
  evidence,
}: Omit<Control, 'at'>): Evidence[] {
  const names = sides[control];
  const asked = inspected(names.configured, shownValue(configured));
  if (source === 'unknown') return [asked];
  const path = names[source];
  return [asked, { path, value: shownValue(effective), source: evidence ?? asked.source }];
}

function shownValue(found: Control['configured']): Evidence['value'] {
  if (typeof found !== 'object' || found === null) return found;
  // Names stand as they are; only numbers of groups are made text.
  const isText = found.every((one): one is string => typeof one === 'string');
  return isText ? found : found.map(String);
}

/** What passes by what was asked for is unknown where a container may have more of it. */
export const unlessMoreGiven = (
  { moreGiven }: Pick<Held, 'moreGiven'>,
  extra: Extra,
  judged: Judgement,
): Judgement => unlessDoubted(moreGiven(extra), judged);

/** The same where it may have changed that since. */
export const unlessChanged = (
  { mayChange }: Pick<Held, 'mayChange'>,
  what: Changeable,
  judged: Judgement,
): Judgement => unlessDoubted(mayChange(what), judged);

const unlessDoubted = (doubt: string | null, judged: Judgement): Judgement =>
  judged.verdict === 'pass' && doubt !== null ? unknown(doubt, judged.evidence) : judged;

interface Question {
  /** Message where a measurement passes or fails what the configuration left to it. */
  holds: string;
  fails: string;
  /** Rule that says it once of the engine, where the engine's own setting is why. */
  cause?: string;
  /**
   * A measurement decides alone: a control group binds the container as a whole, the next process too,
   * whoever set it.
   */
  isLimit?: true;
  /** What holds less than is usual is on, and that is all that is asked. */
  isLessOn?: true;
  /** Section without which a limit that was only asked for passes no more. */
  limits?: Reading<unknown>;
}

/**
 * Judges a container by one of its controls: what it is given, and beside it what was measured, the
 * stricter of the two. A measurement condemns, and acquits what the configuration leaves open; what the
 * configuration condemns stays condemned, because the next process of the container is started by it.
 */
export function judgeControl(controls: Held, name: GivenName, question: Question): Judgement {
  const judged = judgeOn(controls, name, question);
  const ofSeccomp = name === 'seccomp' ? controls.seccompDoubt : null;
  const doubt = question.isLimit ? controls.limitDoubt : ofSeccomp;
  if (judged.verdict === 'pass' && doubt !== null) return unknown(doubt, judged.evidence);
  const isMeasured = controls.find(name)?.source === 'measured';
  return isMeasured ? judged : unlessMoreGiven(controls, 'privileges', judged);
}

function judgeOn(controls: Held, name: GivenName, question: Question): Judgement {
  const judged = judgeSides(controls, name, question);
  const { protection, says } = controls.given[name];
  const isOff = controls.find(name)?.verdict === 'not-enforced';
  const isOn = question.isLessOn && protection === 'less' && !isOff;
  return isOn && judged.verdict === 'fail' ? pass(says, judged.evidence) : judged;
}

function judgeSides(controls: Held, name: GivenName, question: Question): Judgement {
  const judged = judgeGiven(controls.given[name], question.cause);
  const found = controls.find(name);
  if (found?.source !== 'measured') {
    const why = judged.verdict === 'pass' ? whyOpen(found, question) : whyMaybeGiven(found);
    if (why === null || judged.verdict === 'unknown') return judged;
    return unknown(why, judged.evidence);
  }
  const evidence = [...(judged.evidence ?? []), ...controlEvidence(found)];
  const verdict = found.verdict === 'enforced' ? 'pass' : 'fail';
  // A weight of processors is asked for and is none of the limits that are measured.
  const isOther = judged.verdict === 'pass' && found.verdict === 'off';
  const isDecided = question.isLimit ? isOther : judged.verdict === 'fail';
  if (isDecided || judged.verdict === verdict) return { ...judged, evidence };
  return { verdict, message: verdict === 'pass' ? question.holds : question.fails, evidence };
}

/** Why what nobody asked for may be given to the next process as well, as every one was seen to have it; null where it is not. */
const whyMaybeGiven = (found: ReturnType<Held['find']>): string | null =>
  found?.control === 'no-new-privileges' && found.source === 'unknown' && found.effective === true
    ? found.note
    : null;

/** Why what was asked for is not known to hold; null where nothing speaks against it. */
function whyOpen(found: ReturnType<Held['find']>, { isLimit, limits }: Question): string | null {
  if (limits?.state === 'unread') return `limits: ${limits.reason}`;
  if (found?.source !== 'unknown' || found.effective === null) return null;
  // A limit was seen, and whoever it binds may lift it; or a table of mounts, and a process has another.
  return isLimit || found.control === 'rootfs' ? found.note : null;
}

function judgeGiven({ protection, says, evidence, isByEngine }: Given, cause?: string): Judgement {
  if (protection === null) return unknown(says, evidence);
  if (protection === 'full') return pass(says, evidence);
  return fail(says, evidence, isByEngine && cause !== undefined ? { cause } : {});
}

/**
 * What shows that root of a container is another user outside, who may do to the host what that user may; null where it
 * is not, or was seen not to be.
 */
export function mappedBy(controls: Pick<Held, 'find' | 'given'>): Evidence[] | null {
  const { protection, evidence } = controls.given['user-namespace'];
  const found = controls.find('user-namespace');
  if (found?.verdict === 'not-enforced') return null;
  if (protection === 'full') return evidence;
  // The map itself: by the number of its namespace alone root may be the host's.
  const isSeen = found?.verdict === 'enforced' && Array.isArray(found.effective);
  return protection === null && isSeen ? [...evidence, ...controlEvidence(found)] : null;
}

/** True where SELinux was seen to confine every process of a container. */
export const isSeenConfined = (controls: Pick<Held, 'find'>): boolean =>
  controls.find('selinux')?.verdict === 'enforced';

/**
 * Judges whether a container shares a namespace of the host: by its configuration, through other containers
 * too, and by the numbers of the namespaces where they were read. `title` is its name in a sentence.
 */
export function judgeNamespace(
  controls: Held,
  name: 'ns-pid' | 'ns-net' | 'ns-ipc' | 'ns-uts',
  title: string,
): Judgement {
  const given = controls.given[name];
  const shared = given.protection === 'less' ? { ...given, protection: 'full' as const } : given;
  const judged = judgeGiven(shared);
  const found = controls.find(name);
  const isSeen = found?.source === 'measured' && found.effective === 'host';
  const doubt = name === 'ns-net' ? controls.networkDoubt : null;
  if (judged.verdict === 'pass' && doubt !== null) {
    return unknown(doubt, given.evidence);
  }
  // What it joined is gone, and what it is in was seen to be another than the host's.
  if (judged.verdict === 'unknown' && found?.verdict === 'enforced') {
    return pass(`is not in the host's ${title} namespace`, [
      ...given.evidence,
      ...controlEvidence(found),
    ]);
  }
  if (judged.verdict === 'fail') return judged;
  if (!isSeen) {
    const isMeasured = found?.source === 'measured';
    return isMeasured ? judged : unlessMoreGiven(controls, 'privileges', judged);
  }
  // Of the network of the host no number is known: another container tells it.
  const how = name === 'ns-net' ? (found.note ?? 'by its number') : 'says the kernel';
  const evidence = [...given.evidence, ...placeEvidence(controls, name)];
  return fail(`is in the host's ${title} namespace, ${how}`, evidence);
}

/** What tells that processes of a container are in another namespace than it was asked for, or may be; empty for nothing. */
export function placeEvidence(
  controls: Pick<Held, 'find' | 'networkDoubt'>,
  name: 'ns-pid' | 'ns-net' | 'ns-ipc' | 'ns-uts',
): Evidence[] {
  const found = controls.find(name);
  if (found?.source === 'measured' && found.effective === 'host') {
    const how = found.note === null ? [] : [processListed(`${name} (seen)`, found.note)];
    return [...controlEvidence(found), ...how];
  }
  const doubt = name === 'ns-net' ? controls.networkDoubt : null;
  return doubt === null ? [] : [processListed(`${name} (unknown)`, doubt)];
}
