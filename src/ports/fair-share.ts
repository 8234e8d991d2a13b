/** What one scan takes of the processor that all scans of this process share. */
export interface FairShare {
  /** Does work when it is this one's turn, after waiting events, and counts the time that it took. */
  doing<T>(work: () => T): Promise<T>;
  /** Counts time that it took, in milliseconds. */
  took(ms: number): void;
  /** Resolves when it is this one's turn: at once for who took no more than the others. */
  rest(): Promise<void>;
}

/** Scans that go on now. */
export interface FairShares {
  /** Of a scan that begins; whoever calls it leaves when the scan has ended. */
  enter(): FairShare & { leave(): void };
}
