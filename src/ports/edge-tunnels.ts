// Calls of engines whose hosts dialled out, through the connection that each of them holds.

export interface TunnelCall {
  method: 'GET' | 'HEAD';
  /** With a version where one is wanted, without a query. */
  path: string;
  query: Readonly<Record<string, string>>;
}

/** An answer whose body is unread. Who does not read it to its end cancels it. */
export interface TunnelAnswer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The next part; null after the last. Rejects with `OutsideError`. */
  next(): Promise<Buffer | null>;
  /** Nobody wants the rest. */
  cancel(): void;
}

export interface EdgeTunnels {
  /**
   * The answer of a host's engine with any status. Rejects with `OutsideError`: 'engine-unreachable'
   * at once where the host is not connected to this process.
   */
  ask(host: string, call: TunnelCall, signal: AbortSignal): Promise<TunnelAnswer>;
}
