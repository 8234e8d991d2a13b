/** Nothing an engine sends is read beyond these. Bytes, milliseconds, counts. */
export const limits = {
  /** Beyond this the JSON of one answer of an engine is read after that of another. */
  smallAnswerBytes: 256 * 1024,
  /** JSON that one reader or door takes in a scan: 400 containers take 10 MB. */
  scanBytes: 32 * 1024 * 1024,
  /** Values in it: an ordinary container takes some 500. */
  scanValues: 700_000,
  /** Body of an error answer; only its message is used. */
  errorBytes: 64 * 1024,
  /** Paths in one run of a probe; the kernel takes about seven times as many arguments. */
  probePaths: 10_000,
  /** What one run may print: 400 containers with all their mounts print 3.1 MB. */
  probeOutputBytes: 8 * 1024 * 1024,
  /** Of what a probe complains about. */
  probeComplaintBytes: 4096,
  /** An engine with sixty containers under load takes more than five seconds. */
  probeStartMs: 20_000,
  probeRunMs: 10_000,
  /** A static busybox has 2 MB. */
  probeProgramBytes: 16 * 1024 * 1024,
  /** A whole file system, of which some 200 MB are read in a second. */
  exportMs: 180_000,
  callTimeoutMs: 10_000,
  hostTimeoutMs: 60_000,
  /** Requests at once of all scans of one engine, and of all probes on it; `top` gets no faster beyond. */
  concurrentCalls: 8,
  /**
   * Requests at once to one engine, and containers that are looked at at once as they come: each may
   * wait for the engine's lock of it.
   */
  concurrentLooks: 24,
  /** One event: all labels of a container are in it. */
  eventLineBytes: 256 * 1024,
  eventValues: 10_000,
  /** All events that an engine remembers: 256 of them (moby). */
  replayBytes: 4 * 1024 * 1024,
  /** Of a stream of events: a thousand containers that start at once. */
  eventBurstBytes: 4 * 1024 * 1024,
  eventBytesPerSecond: 512 * 1024,
  /** Answers of an engine to its watcher: a look at a container takes 10 KB. */
  watchBurstBytes: 32 * 1024 * 1024,
  watchBytesPerSecond: 1024 * 1024,
  /** Pause after which the operating system asks whether the other end of a stream is there. */
  keepAliveMs: 15_000,
  /** Streams of one reader or door over ssh; a scan has three of these. */
  concurrentSshSessions: 3,
  /** sshd allows ten sessions in a connection, and one of them is what keeps it open. */
  sshStreamsPerConnection: 9,
  /** For which a shared connection waits for another stream. */
  sshLingerMs: 2000,
  /** Attempts for a connection that ended before the first byte of an answer. */
  attempts: 3,
} as const;
