/** A one-time key for a host that dials out; of its secret only the hash may be kept. */
export interface MadeEdgeKey {
  /** One word, for the machine of the edge. */
  key: string;
  secretHash: string;
  /** How long it can be traded. */
  lifeMs: number;
}

/** Makes one-time keys. Rejects with `OutsideError` when the key of the hub cannot be read. */
export type MakeEdgeKey = () => Promise<MadeEdgeKey>;
