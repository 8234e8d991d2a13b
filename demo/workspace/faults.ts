/** What goes wrong with an answer of the Web API, of a response_url or of an upload. */
export type AnswerFault =
  | { kind: 'rate-limit' /** Null leaves the header out. */; retryAfterSeconds: number | null }
  | { kind: 'status'; status: number /** True: the call took effect. */; isApplied?: boolean }
  | { kind: 'latency'; delayMs: number }
  | { kind: 'hang'; isApplied?: boolean }
  | {
      kind: 'reset' /** Cut in the middle of the body; took effect unless false. */;
      isApplied?: boolean;
    }
  /** The connection breaks before a word of the answer. */
  | { kind: 'drop'; isApplied?: boolean }
  | { kind: 'malformed-json'; isApplied?: boolean }
  | {
      kind: 'error';
      error: string;
      /** The call takes effect all the same, so long after the answer; never when omitted. */
      takenAfterMs?: number;
    }
  | { kind: 'revoke-token' };

/** What goes wrong with a delivery to the app. */
export type DeliveryFault =
  | { kind: 'deliver-twice' }
  /** Waits until another delivery has been sent. */
  | { kind: 'hold' }
  | { kind: 'late-acknowledgement'; delayMs: number }
  | { kind: 'lost-acknowledgement' }
  | { kind: 'skew-clock'; skewMs: number };

/** Blocks of a type that the workspace does not take yet: `invalid_blocks`, as Slack answers. */
export type BlockFault = { kind: 'refuse-block'; blockType: string };

export interface FaultFilter {
  /** Method name, `response_url`, `upload`; for deliveries `command`, `interactivity`, `event`. */
  method?: string;
  channel?: string;
  /** Calls that it would strike and lets pass first; none when omitted. */
  skip?: number;
  /** How often it strikes; once when omitted. */
  count?: number;
  /** Probability for each matching call; 1 when omitted. */
  chance?: number;
  /** Makes the chances repeatable. */
  seed?: number;
}

export type Fault = (AnswerFault | DeliveryFault | BlockFault) & FaultFilter;

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** Uses up one stroke of every fault that strikes this call. */
  strikeAnswer(method: string, channel: string | undefined): AnswerFault[];
  strikeDelivery(kind: string, channel: string | undefined): DeliveryFault[];
  /** Types of blocks that are refused in this call. */
  strikeBlocks(
    method: string,
    channel: string | undefined,
    blockTypes: readonly string[],
  ): string[];
}

const deliveryKinds: readonly string[] = [
  'deliver-twice',
  'hold',
  'late-acknowledgement',
  'lost-acknowledgement',
  'skew-clock',
] satisfies DeliveryFault['kind'][];

const isDeliveryFault = (fault: Fault): fault is Fault & DeliveryFault =>
  deliveryKinds.includes(fault.kind);
const isBlockFault = (fault: Fault): fault is Fault & BlockFault => fault.kind === 'refuse-block';
const isAnswerFault = (fault: Fault): fault is Fault & AnswerFault =>
  !isDeliveryFault(fault) && !isBlockFault(fault);

/** Small repeatable generator (mulberry32), numbers from 0 up to 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function createFaults(): Faults {
  let active: { fault: Fault; toSkip: number; left: number; random: () => number }[] = [];
  const strike = <F extends Fault>(
    method: string,
    channel: string | undefined,
    isMeant: (fault: Fault) => fault is F,
  ): F[] => {
    const struck: F[] = [];
    for (const entry of active) {
      const { fault } = entry;
      if (!isMeant(fault) || entry.left <= 0) continue;
      if (fault.method !== undefined && fault.method !== method) continue;
      if (fault.channel !== undefined && fault.channel !== channel) continue;
      if (entry.random() >= (fault.chance ?? 1)) continue;
      if (entry.toSkip-- > 0) continue;
      entry.left -= 1;
      struck.push(fault);
    }
    active = active.filter((entry) => entry.left > 0);
    return struck;
  };
  return {
    add(fault) {
      const { skip = 0, count = 1, seed = 1 } = fault;
      active.push({ fault, toSkip: skip, left: count, random: createRandom(seed) });
    },
    clear() {
      active = [];
    },
    strikeAnswer: (method, channel) => strike(method, channel, isAnswerFault),
    strikeDelivery: (kind, channel) => strike(kind, channel, isDeliveryFault),
    strikeBlocks: (method, channel, blockTypes) => {
      const isUsed = (fault: Fault): fault is Fault & BlockFault =>
        isBlockFault(fault) && blockTypes.includes(fault.blockType);
      return strike(method, channel, isUsed).map(({ blockType }) => blockType);
    },
  };
}
