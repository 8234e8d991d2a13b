import { enumerate } from '../shared/text.ts';
import { type Evidence, hostFileRead, hostFileStat } from '../snapshot/evidence.ts';
import type { FileOwner, HostFileFact } from '../snapshot/facts/host-files.ts';
import { fail, type Judgement, notApplicable, pass, unknown } from './rule.ts';

type PresentFile = Extract<HostFileFact, { state: 'present' }>;

const ENTER = 0o111;

/** Judges permission bits; `noun` names the kind of file where there is none. */
export function judgeModes(
  files: readonly HostFileFact[],
  allowed: number,
  noun: string,
): Judgement {
  return judgeFiles(files, noun, {
    judge(file) {
      const octal = octalMode(file.mode);
      // Of a folder the same bits to enter it.
      const most = file.kind === 'directory' ? allowed | ENTER : allowed;
      const isGood = allowsAtMost(file.mode, most);
      return {
        evidence: [hostFileStat(`mode of ${shownPath(file)}`, octal)],
        problem: isGood
          ? null
          : `mode ${octal} of ${file.path} allows more than ${octalMode(most)}`,
        unreadReason: null,
      };
    },
    good: `allows at most ${octalMode(allowed)} on ${noun}`,
  });
}

/** Judges owners, `groups` being the group numbers that are right. */
export function judgeOwners(
  files: readonly HostFileFact[],
  noun: string,
  groups: readonly number[] = [0],
): Judgement {
  return judgeFiles(files, noun, {
    judge(file) {
      if (file.owner.state === 'unread') {
        const unreadReason = `owner of ${file.path}: ${file.owner.reason}`;
        return { evidence: [], problem: null, unreadReason };
      }
      const { uid, gid } = file.owner.value;
      const isGood = uid === 0 && groups.includes(gid);
      return {
        evidence: [hostFileRead(`owner of ${shownPath(file)}`, ownerText(file.owner.value))],
        problem: isGood ? null : `owner ${ownerText({ uid, gid })} of ${file.path} is not root`,
        unreadReason: null,
      };
    },
    good: `gives ${noun} to root`,
  });
}

interface FileJudgement {
  evidence: Evidence[];
  problem: string | null;
  unreadReason: string | null;
}

/** One bad file is a failure whatever else could not be read; one unread file forbids a pass. */
function judgeFiles(
  files: readonly HostFileFact[],
  noun: string,
  { judge, good }: { judge: (file: PresentFile) => FileJudgement; good: string },
): Judgement {
  const present = files.filter((file) => file.state === 'present');
  const judged = present.map(judge);
  const evidence = judged.flatMap((one) => one.evidence);
  const problems = judged.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) return fail(enumerate(problems), evidence);

  const reasons = [
    ...files.flatMap((file) => (file.state === 'unread' ? `${file.path}: ${file.reason}` : [])),
    ...judged.flatMap(({ unreadReason }) => unreadReason ?? []),
  ];
  if (reasons.length > 0) return unknown(enumerate(reasons, 1), evidence);
  if (present.length === 0) {
    const paths = files.map(({ path }) => path);
    const where = paths.length > 0 ? ` (${enumerate(paths)})` : '';
    return notApplicable(`the host does not have ${noun}${where}`, evidence);
  }
  return pass(good, evidence);
}

/** With the place that symlinks lead to, where it is another. */
const shownPath = ({ path, realPath }: PresentFile): string =>
  path === realPath ? path : `${path} (${realPath})`;

const ownerText = ({ uid, gid }: FileOwner): string => `${uid}:${gid}`;

/**
 * Whether a mode gives nobody more than `allowed`: a comparison of bits, since as numbers 0606 would
 * be less than 0644. Set-uid, set-gid and sticky give nobody access and are left out.
 */
export const allowsAtMost = (mode: number, allowed: number): boolean =>
  (mode & 0o777 & ~allowed) === 0;

/** `0644`, or `4755` with special bits. */
export const octalMode = (mode: number): string => mode.toString(8).padStart(4, '0');
