/** Data that may not have been readable. `unread` is never the same as "fine" or "empty". */
export type Reading<T> =
  | { state: 'read'; value: T }
  | {
      state: 'unread';
      reason: string;
      /** There where nobody was to read it, which is a choice and no failure. */
      isLeftOut?: true;
    };

export const read = <T>(value: T): Reading<T> => ({ state: 'read', value });
export const unread = <T = never>(reason: string): Reading<T> => ({ state: 'unread', reason });
/** Unread since nobody was to read it. */
export const leftOut = <T = never>(reason: string): Reading<T> => ({
  ...{ state: 'unread', reason, isLeftOut: true },
});

/** What is made of what was read; what is unread stays so. */
export const mapRead = <T, Made>(reading: Reading<T>, make: (value: T) => Made): Reading<Made> =>
  reading.state === 'read' ? read(make(reading.value)) : reading;
