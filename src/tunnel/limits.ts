/** What neither end of a tunnel goes beyond, whatever the other says. Bytes, milliseconds, counts. */
export const tunnelLimits = {
  /** One message of the greeting: keys, nonces and a signature have 400. */
  greetingBytes: 4096,
  greetingMs: 10_000,
  /** A path with its query. */
  requestBytes: 16 * 1024,
  /** A part of an answer. */
  dataBytes: 32 * 1024,
  /** Status and headers of an answer. */
  headBytes: 8 * 1024,
  /** One message with what seals it. */
  messageBytes: 33 * 1024,
  /**
   * Pieces of a message: both ends send it whole, what passes it on may part it (RFC 6455, 5.4). In pieces of a byte it would
   * take a hundred times its bytes.
   */
  fragments: 16,
  /** Of an answer that nobody has read yet. */
  windowBytes: 256 * 1024,
  /** What was sent and has not left this process: who leaves more of it unread is not talked to any more. */
  unsentBytes: 8 * 1024 * 1024,
  unsentMessages: 4096,
  /** Read bytes after which the reader says so. */
  grantBytes: 64 * 1024,
  /** Requests at once; the hub makes 24 for scan and watch of one engine. */
  callsAtOnce: 48,
  /** Streams of events among them. */
  streamsAtOnce: 4,
  /** Any other answer as a whole. */
  answerBytes: 64 * 1024 * 1024,
  answerMs: 600_000,
  /** A sign of life; an end that hears none for three of them is gone. */
  pingMs: 15_000,
} as const;
