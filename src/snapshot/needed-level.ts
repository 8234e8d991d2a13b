/** What answers what is unknown at lower levels, as it is written behind a reason. */
const hint = (level: string) =>
  `set “evidence: ${level}” for the host; it needs write access to the engine API`;
const needsLevel = (level: string) => `needs evidence level ${level} (${hint(level)})`;

/** Why a section is unread that the host's evidence level does not include. */
export const needsFilesLevel = needsLevel('files');
export const needsKernelLevel = needsLevel('kernel');

const HINT = / \((set “evidence: [a-z]+” for the host; [^()]*)\)/g;

/** Such a reason without what to set, for where that is said once for several. */
export const withoutHint = (reason: string): string => reason.replace(HINT, '');

/**
 * What answers all of these reasons that a level would answer, said once; null where none would. Where the lower level
 * answers some of them, both are named: nobody need give more than that takes.
 */
export function hintIn(reasons: readonly string[]): string | null {
  const said = new Set(
    reasons.flatMap((reason) => [...reason.matchAll(HINT)].map(([, set]) => set)),
  );
  const [files, kernel] = [hint('files'), hint('kernel')];
  if (!said.has(kernel)) return said.has(files) ? files : null;
  return said.has(files)
    ? 'set “evidence: files” for the host, or “evidence: kernel” for all of it; both need write access to the engine API'
    : kernel;
}
