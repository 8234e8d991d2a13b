const hint = (level: string) =>
  `set “evidence: ${level}” for the host; it needs write access to the engine API`;
const needsLevel = (level: string) => `needs evidence level ${level} (${hint(level)})`;

/** Why a section is unread that the host's evidence level does not include. */
export const needsFilesLevel = needsLevel('files');
export const needsKernelLevel = needsLevel('kernel');

const HINT = / \((set “evidence: [a-z]+” for the host; [^()]*)\)/g;

/** Such a reason without what to set, for where that is said once for several. */
export const withoutHint = (reason: string): string => reason.replace(HINT, '');

/** What answers all of these reasons that a level would answer, said once; null where none would. */
export function hintIn(reasons: readonly string[]): string | null {
  const said = reasons.flatMap((reason) => [...reason.matchAll(HINT)].map(([, set]) => set ?? ''));
  // Each level has what the ones before it have.
  return said.find((one) => one === hint('kernel')) ?? said[0] ?? null;
}
