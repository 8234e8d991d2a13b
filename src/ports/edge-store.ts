// Hosts that dial out: who was let in, by which key, and which process holds their connection. Times are
// epoch milliseconds.

/** A host that somebody added by its name. */
export interface EdgeHost {
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Null until its edge has traded the one-time key, and after it was revoked. */
  publicKey: string | null;
  keyAt: number | null;
  /** Until when its one-time key can be traded; null when it was, or when there is none. */
  tradeUntil: number | null;
  /** What its engine calls itself, as its edge says; null when it has not said so. */
  engineId: string | null;
  /** Since when it is connected; null while it is not. */
  connectedAt: number | null;
  /** Owner of the connection, see `admit`; null when nobody has it. */
  connectedBy: string | null;
  /** Where it connected from last. */
  address: string | null;
  /** The last time that somebody else showed a key of this host; null: nobody has. */
  copy: EdgeCopy | null;
}

/** Somebody who showed a key that is in use, or was, elsewhere. */
export interface EdgeCopy {
  at: number;
  address: string;
  /** A clause, e.g. `the same key, while the host was connected`. */
  what: string;
}

/** What an edge shows, after it proved that it has the private half of `publicKey`. */
export interface EdgeClaim {
  publicKey: string;
  /** Hash of the one-time secret, where it has one. */
  secretHash: string | null;
  engineId: string | null;
  version: string;
  address: string;
}

export const refusalTexts = {
  'unknown-key': 'nobody knows this key; it may have been revoked, or the host removed',
  'one-time-key-spent': 'this one-time key was traded already',
  'one-time-key-expired': 'this one-time key has expired',
  'key-was-replaced': 'this key was replaced by a newer one: somebody has a copy of it',
  'other-engine':
    'this key belongs to another engine: its folder was copied, or the engine made anew',
  'connected-elsewhere': 'the host is connected already',
} as const;
export type EdgeRefusal = keyof typeof refusalTexts;

export type EdgeAdmission =
  | { kind: 'admitted'; name: string }
  | { kind: 'refused'; code: EdgeRefusal; name: string | null };

export interface NewEdge {
  name: string;
  labels: Readonly<Record<string, string>>;
  secretHash: string;
  tradeUntil: number;
  by: string;
}

/** The key of the hub itself, the same for all processes of a database. */
export interface HubKey {
  publicKey: string;
  privateKey: string;
}

export interface EdgeStore {
  /** The key of the hub; what `create` makes becomes it when there is none. */
  hubKey(create: () => HubKey): Promise<HubKey>;
  /** In order of name. */
  listEdges(): Promise<EdgeHost[]>;
  /** False, with nothing changed, when there is a host of that name in any spelling. */
  addEdge(edge: NewEdge): Promise<boolean>;
  /** Takes its key from a host, which can trade a new one-time key; the name, null where there is none. */
  revokeEdge(
    name: string,
    renewed: Pick<NewEdge, 'secretHash' | 'tradeUntil'>,
  ): Promise<string | null>;
  /** The host is gone with its keys; the name as it was, null where there was none. */
  removeEdge(name: string): Promise<string | null>;
  /** Its edge shall make a new key when it can; the name, null where there is none with a key. */
  wantRotation(name: string): Promise<string | null>;
  /**
   * Lets an edge in, or not. A one-time key is spent and the public key kept in one step; the connection
   * then belongs to `owner` for so many milliseconds. Who showed a key that is not theirs is noted.
   */
  admit(
    claim: EdgeClaim,
    lease: { owner: string; leaseMs: number; connection: string },
  ): Promise<EdgeAdmission>;
  /** Notes who showed a key of the host that is in use. */
  noteCopy(name: string, copy: Omit<EdgeCopy, 'at'>): Promise<void>;
  /**
   * Holds these connections of an owner as long again. Those that may stay, by name: what was revoked,
   * removed or taken over is not among them.
   */
  renewEdges(lease: {
    owner: string;
    leaseMs: number;
    connections: readonly string[];
  }): Promise<Map<string, HeldEdge>>;
  /** Gives a connection of a host up, where no other has followed it. */
  leaveEdge(name: string, connection: string): Promise<void>;
  /** The new key holds in the place of the old; false, with nothing changed, when that is not the key. */
  replaceKey(name: string, old: string, next: string): Promise<boolean>;
}

export interface HeldEdge {
  publicKey: string;
  isRotationWanted: boolean;
  keyAt: number;
}

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
