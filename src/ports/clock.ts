/** Milliseconds since 1970. Injected everywhere, so that tests and leases own the time. */
export type Clock = () => number;
