const needsLevel = (level: string) =>
  `needs evidence level ${level} (set \`evidence: ${level}\` for the host; it needs write access to the engine API)`;

/** Why a section is unread that the host's evidence level does not include. */
export const needsFilesLevel = needsLevel('files');
export const needsKernelLevel = needsLevel('kernel');
