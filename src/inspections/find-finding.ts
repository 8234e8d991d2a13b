import type { FindingName } from '../ports/intent.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { UserError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import { counted, listed, quoteWord } from '../shared/text.ts';

/** What names a finding: a finding itself, or an acceptance of one that is gone. */
export type NamedFinding = Pick<StoredFinding, 'host' | 'fingerprint' | 'rule' | 'subjectKey'> & {
  subjects?: readonly string[];
};

/** What its container is called: its stable name, as `project/service`, and the containers that have the finding. */
export const namesOf = ({ subjectKey, subjects = [] }: NamedFinding): string[] => [
  subjectKey,
  ...subjects,
];

/** Digits of a fingerprint that are shown, and that find it again. */
export const shortFingerprint = (fingerprint: string): string => fingerprint.slice(0, 8);

const PREFIX_LENGTH_MIN = 4;

/**
 * The finding that words mean: the beginning of its fingerprint (at least four digits), or its rule
 * and container. Throws `UserError` for none or several, with the line that `toLine` gives for one.
 * `state`: what all of them are.
 */
export function findFinding<T extends NamedFinding>(
  words: readonly string[],
  findings: readonly T[],
  toLine: (finding: NamedFinding) => string,
  state: 'open' | 'accepted' = 'open',
): T {
  const [first = '', second] = words;
  const found = second === undefined ? byFingerprint(first, findings) : byRule(words, findings);
  const [only, another] = found;
  if (only !== undefined && another === undefined) return only;
  const said = words.join(' ');
  if (only !== undefined) {
    throw new UserError(`“${said}” fits ${counted(found.length, 'finding')}.`, {
      hint: `It could be: ${listed(found.map(inWords))}.`,
      correctedLine: toLine(only),
    });
  }
  if (second === undefined) refuseRuleAlone(first, findings, { toLine, state });
  const near = nearFinding(words, findings);
  throw new UserError(`No finding “${said}” is ${state}.`, {
    hint:
      state === 'open'
        ? '`findings` shows each with the code that names it, as of the last scan; `scan` looks now.'
        : '`findings accepted` shows each with the code that names it.',
    ...(near && { correctedLine: toLine(near) }),
  });
}

/** A rule by itself means whatever it found: which of that is meant must be said, unless it is one. */
function refuseRuleAlone(
  word: string,
  findings: readonly NamedFinding[],
  { toLine, state }: { toLine: (finding: NamedFinding) => string; state: 'open' | 'accepted' },
): void {
  const ofRule = findings.filter(({ rule }) => rule === word.toLowerCase());
  const [only, ...others] = ofRule;
  if (only === undefined) return;
  const names = ofRule.map(({ subjectKey, host }) => `${subjectKey} on ${host}`);
  throw new UserError(`“${word}” has ${counted(ofRule.length, `${state} finding`)}.`, {
    hint: `Name what it is of as well: ${listed(names)}. \`findings rule ${only.rule}\` shows each with the code that names it.`,
    ...(others.length === 0 && { correctedLine: toLine(only) }),
  });
}

/** A line that names one finding, whatever else there is. */
export const lineFor = (verb: string, { fingerprint, host }: NamedFinding): string =>
  `${verb} ${shortFingerprint(fingerprint)} on ${quoteWord(host)}`;

function byFingerprint<T extends NamedFinding>(word: string, findings: readonly T[]): T[] {
  if (word.length < PREFIX_LENGTH_MIN) return [];
  return findings.filter(({ fingerprint }) => fingerprint.startsWith(word.toLowerCase()));
}

function byRule<T extends NamedFinding>(words: readonly string[], findings: readonly T[]): T[] {
  const [rule = '', subject = ''] = words;
  return findings.filter(
    (finding) => finding.rule === rule.toLowerCase() && namesOf(finding).includes(subject),
  );
}

const inWords = ({ fingerprint, rule, subjectKey, host }: NamedFinding) =>
  `${shortFingerprint(fingerprint)} ${rule} ${subjectKey} on ${host}`;

function nearFinding<T extends NamedFinding>(
  words: readonly string[],
  findings: readonly T[],
): T | undefined {
  const [first = '', second] = words;
  if (second === undefined) {
    const digits = first.toLowerCase();
    const known = findings.map(({ fingerprint }) => fingerprint.slice(0, digits.length));
    const near = nearest(digits, known);
    return findings.find(({ fingerprint }) => near && fingerprint.startsWith(near));
  }
  const rules = findings.map((finding) => finding.rule);
  const rule = nearest(first, rules);
  const ofRule = findings.filter((finding) => finding.rule === rule);
  const name = nearest(second, ofRule.flatMap(namesOf));
  return ofRule.find((finding) => name !== undefined && namesOf(finding).includes(name));
}

/** The finding while it is open, else a sentence that says what became of it. */
export async function findOpenFinding(
  store: Pick<ScanStore, 'listOpenFindings' | 'findClosedFinding'>,
  name: FindingName,
): Promise<{ finding: StoredFinding } | { gone: string }> {
  const open = await store.listOpenFindings({ hosts: [name.host] });
  const finding = open.find(({ fingerprint }) => fingerprint === name.fingerprint);
  if (finding !== undefined) return { finding };
  const closed = await store.findClosedFinding(name);
  if (closed === null) {
    return { gone: `No scan of ${name.host} has that finding; scan on ${name.host} looks now.` };
  }
  const { rule, subjectKey, closedAt } = closed;
  const when = closedAt.slice(0, 16).replace('T', ' ');
  return { gone: `${rule} for ${subjectKey} on ${name.host} was fixed or gone on ${when} UTC.` };
}

/** What a preview showed of a finding: another text when any of it changed since. */
export const previewKey = ({ severity, message, evidence, subjects }: StoredFinding): string =>
  JSON.stringify([severity, message, subjects, evidence]);
