/** Milliseconds since 1970. Injected everywhere, so that tests own the time; leases go by that of the database. */
export type Clock = () => number;
