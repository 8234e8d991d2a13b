/** Whom Node and the client of PostgreSQL trust and how they log in, where files lie for a while, and the clock. */
const NAMES = /^(?:PG\w*|NODE_\w+|SSL_CERT_\w+|HOME|TMPDIR|TZ)$/;

/** What a process of ours has to be told of the environment to open connections as this one does. */
export const connectionVariables = (): string[] =>
  Object.keys(process.env).filter((name) => NAMES.test(name));
