/** What the hub gives to whoever connects. Milliseconds and counts. */
export const hubLimits = {
  path: '/edge',
  /** Sockets at once, whatever comes of them. */
  connections: 4096,
  /** Of them those that have not said what they want, of one address as of strangers. */
  waiting: 1024,
  waitingOfAddress: 256,
  /** Connections at once that have not proved anything yet; each may hold some 40 KB. */
  strangers: 512,
  /** Of one address, of IPv6 of one /64: behind something that ends TLS all have that of it. */
  strangersOfAddress: 128,
  /** Connections of one address, in a time. */
  attemptsBurst: 1024,
  attemptsPerSecond: 50,
  /** Addresses whose connections are counted; who came longest ago is forgotten first. */
  addresses: 4096,
  /** Frames of calls that nobody makes any more: all calls may end at once, with a window of each on the way. */
  unknownBurst: 2048,
  unknownPerSecond: 100,
  /** Lines about those who came to nothing. */
  loggedBurst: 30,
  loggedPerSecond: 0.5,
  /** How long a connection belongs to a process without a sign of life of it. */
  leaseMs: 15_000,
  /** Cron pattern, from its seconds on: when it gives one, and hears of what was revoked. */
  beat: '*/2 * * * * *',
  /** For which who is connected may think about a sign of life. */
  aliveMs: 5_000,
  /** For a last word. */
  partingMs: 200,
  /** Age of a key after which the edge is asked for a new one. */
  keyMs: 30 * 86_400_000,
} as const;
