const SERVER = 'of DATABASE_URL';
/** TLS as node and OpenSSL tell it, by code or by words. */
const TLS = /^(CERT_|ERR_TLS|ERR_SSL|ERR_OSSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/** What to do about the codes of SQLite, PostgreSQL and the network, and about what `pg` says in words alone; first match. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_(BUSY|LOCKED)/, 'Another program has it locked: end that, or wait for it.'],
  [/^SQLITE_(IOERR|PROTOCOL)/, 'Look at the disk of the database and at the log of the system.'],
  [
    /^(28P01|28000|28P02)/,
    `Correct the user and the password ${SERVER}, or let it in by pg_hba.conf.`,
  ],
  [
    /^SASL: .*client password must be/,
    `Set the password in DATABASE_URL: the server asks for one.`,
  ],
  [/^3D000/, `Create the database, or correct its name in DATABASE_URL.`],
  [
    /^42501|^permission denied for/,
    `Give the user ${SERVER} the database: it owns its tables, and makes new ones.`,
  ],
  [/^53300/, 'Raise max_connections of the server, or run fewer processes on it.'],
  [/^(53100|58030)/, 'Make room on the disk of the server.'],
  [/^25006/, 'This server takes no writes: name the primary in DATABASE_URL.'],
  [/^57P/, 'The server is starting or stopping: start it, or wait for it.'],
  [/^(ENOTFOUND|EAI_AGAIN)/, `Correct the host ${SERVER}.`],
  [
    /^(08|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)/,
    `Start the PostgreSQL server, or correct host and port ${SERVER}.`,
  ],
  [
    /^The server does not support SSL/,
    `Turn on ssl at the server, or leave sslmode out ${SERVER}.`,
  ],
  [
    TLS,
    'Name the host of DATABASE_URL as its certificate does, and the authority that signed it by sslrootcert.',
  ],
];

/** What to do about a failure with a code, or of words where it has none; null where no more is known. */
export function remedyOf(codeOrWords: string): string | null {
  return REMEDIES.find(([pattern]) => pattern.test(codeOrWords))?.[1] ?? null;
}
