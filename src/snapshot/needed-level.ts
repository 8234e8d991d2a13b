const hint = (level: string) =>
  `set “evidence: ${level}” for the host; it needs write access to the engine API`;
const needsLevel = (level: string) => `needs evidence level ${level} (${hint(level)})`;

/** Why a section is unread that the host's evidence level does not include. */
export const needsFilesLevel = needsLevel('files');
export const needsKernelLevel = needsLevel('kernel');

const HINT = / \((set “evidence: [a-z]+” for the host; [^()]*)\)/g;

/** Such a reason without what to set, for where that is said once for several. */
export const withoutHint = (reason: string): string => reason.replace(HINT, '');

/** What some of these reasons say to set, each once. */
export const hintsIn = (reasons: readonly string[]): string[] => [
  ...new Set(
    reasons.flatMap((reason) => [...reason.matchAll(HINT)].flatMap(([, said]) => said ?? [])),
  ),
];
