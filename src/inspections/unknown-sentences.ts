import type { UnknownReason, Verdict, VerdictAuthor } from '../exposure/verdict.ts';
import { clamp } from '../shared/text.ts';

const sentences: Readonly<Record<UnknownReason, string>> = {
  'not-inventoried': 'its packages are not known',
  'only-listed': 'only a list by somebody else says what it has, which may leave packages out',
  'languages-not-inventoried':
    'only packages of the system were read, and this is about a library of a language',
  'languages-partly-read': 'not all of its file system could be read',
  'copy-beside':
    'a copy of it lies beside what is installed, and whether anything loads that is not known',
  'other-name': 'nothing in it has just this name, and what begins with it may be meant',
  'ecosystem-not-read': 'it is also about something that Seawall does not look for',
  'built-from-source':
    'it was built from source, and no record says which of its own versions are affected',
  'release-unknown': 'the release of its system is not known',
  'not-covered': 'no feed covers its release',
  'feed-stale': 'the feed for its release is too old',
  'end-of-life': 'its release gets no fixes any more, so “not affected” is not certain',
  'no-record': 'the feeds for its release have no record of it, which does not mean “not affected”',
  'of-upstream':
    'its own distribution has no record of it, and the word of Red Hat need not hold for it',
  withdrawn: 'the record was withdrawn',
  undetermined: 'the vendor has not decided yet',
  'under-investigation': 'somebody is looking at it',
  'unparsable-version': 'its version cannot be compared',
  'no-release': 'a record names it without saying for which releases',
  'no-version': 'the record names no version',
  'older-unclear': 'the record names the fixed version, but not the first affected one',
  candidate:
    'it is a candidate of the first affected version, or a commit near it, and may have the fault already',
  'module-stream': 'the fix is of another module stream',
  sibling: 'another package of the same source is named, and this one is not',
  'part-of-package': 'only a part of it is affected, and whether that is used is not known',
  'other-maker':
    'it was built by somebody else, of whose versions the feed of the distribution says nothing',
  'not-a-kernel': 'these are headers; the kernel is that of the host',
};

/** What a verdict says in words beside its state: why it is unknown, or what the vendor says; null for nothing. */
export function sentenceOf(verdict: Verdict): string | null {
  if (!('by' in verdict) || verdict.by === undefined) return ownSentence(verdict);
  if (verdict.state === 'unknown') return `being looked at, ${saysText(verdict.by)}`;
  const isRepaired = verdict.state === 'vendor-says-not-affected' && verdict.because === 'fixed';
  return `${isRepaired ? 'repaired, ' : ''}${saysText(verdict.by)}`;
}

const WHY_CHARACTERS = 200;

/** Whose word it is, e.g. `says Acme on 2026-11-20: vulnerable_code_not_present, it is not built in`. */
export function saysText({ author, at, justification, note }: VerdictAuthor): string {
  const reasons = [justification, note].filter((one) => one !== '').join(', ');
  const why = reasons === '' ? 'without a reason' : clamp(reasons, WHY_CHARACTERS);
  return `says ${clamp(author, 60)} on ${at.slice(0, 10)}: ${why}`;
}

function ownSentence(verdict: Verdict): string | null {
  if (verdict.state === 'unknown') {
    const note = verdict.note;
    return note === '' ? sentences[verdict.reason] : `${sentences[verdict.reason]} (${note})`;
  }
  if (verdict.state === 'affected-no-fix') {
    const words = [verdict.status === 'affected' ? '' : verdict.status, verdict.note];
    return words.filter((word) => word !== '').join(': ') || null;
  }
  if (verdict.state === 'vendor-says-not-affected') {
    if (verdict.because === 'never-affected') return verdict.note || 'it never was affected';
    return verdict.because === 'fixed'
      ? 'this version is repaired'
      : 'this version is not affected';
  }
  return null;
}
