/** Nothing an engine sends is read beyond these. Bytes, milliseconds, counts. */
export const limits = {
  /** A list of 400 containers is 310 KB; this leaves room for twenty thousand. */
  jsonBytes: 16 * 1024 * 1024,
  /** A whole archive answer: single named files, never a directory tree. */
  archiveBytes: 4 * 1024 * 1024,
  /** One file inside an archive answer. */
  archivedFileBytes: 1024 * 1024,
  /** Body of an error answer; only its message is used. */
  errorBytes: 64 * 1024,
  /** Characters of an engine's error message that are passed on. */
  messageCharacters: 200,
  callTimeoutMs: 10_000,
  hostTimeoutMs: 60_000,
  /** Requests at once to one engine; `top` gets no faster beyond. */
  concurrentCalls: 8,
  /** ssh sessions at once: sshd begins to drop unauthenticated ones at ten. */
  concurrentSshSessions: 4,
  /** Attempts for a connection that ended before the first byte of an answer. */
  attempts: 3,
} as const;
