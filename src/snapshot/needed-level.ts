const needsLevel = (level: string) =>
  `needs evidence level ${level} (set \`evidence: ${level}\` for the host; it needs write access to the engine API)`;

/** Why a section is unread that the host's evidence level does not include. */
export const needsFilesLevel = needsLevel('files');
export const needsKernelLevel = needsLevel('kernel');

/** True for that reason of the level `kernel`, in the words of any version. */
export const isKernelLevelNeeded = (reason: string): boolean =>
  reason.startsWith('needs evidence level kernel');
