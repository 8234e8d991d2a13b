import type { Json } from '../../src/blocks/walk.ts';

/** One call that reached the workspace. */
export interface ApiCall {
  /** Method name, or `response_url`, `upload` and `download`. */
  method: string;
  /** Without the token. */
  arguments: Json;
  /** Null while, or because, nothing was answered. */
  answer: unknown;
  status: number | null;
  /** Milliseconds since 1970. */
  at: number;
}

/** Something a real workspace would refuse, or that its reference does not know. */
export interface Violation {
  kind: 'invalid-blocks' | 'unknown-method' | 'unlisted-argument' | 'unlisted-error';
  method: string;
  detail: string;
  at: number;
}

export interface Journal {
  /** The newest ones, oldest first. */
  calls: ApiCall[];
  violations: Violation[];
  /** How many calls there have been. */
  total(): number;
  /** `bytes` of its body; the oldest calls make room for those that are too much together. */
  addCall(call: ApiCall, bytes: number): void;
  addViolation(violation: Violation): void;
  /** Calls `listener` after every change of the workspace until the returned function is called. */
  onChange(listener: () => void): () => void;
  notifyChange(): void;
}

const heldMax = { calls: 20_000, bytes: 64_000_000, violations: 1_000, detail: 500 } as const;

export function createJournal(): Journal {
  const listeners = new Set<() => void>();
  const calls: ApiCall[] = [];
  const sizes: number[] = [];
  const violations: Violation[] = [];
  let bytes = 0;
  let total = 0;
  return {
    calls,
    violations,
    total: () => total,
    addCall(call, size) {
      total += 1;
      calls.push(call);
      sizes.push(size);
      bytes += size;
      if (calls.length <= heldMax.calls && bytes <= heldMax.bytes) return;
      // A tenth at a time, so that this is rare.
      const count = Math.ceil(calls.length / 10);
      calls.splice(0, count);
      for (const gone of sizes.splice(0, count)) bytes -= gone;
    },
    addViolation(violation) {
      if (violations.length >= heldMax.violations) return;
      violations.push({ ...violation, detail: violation.detail.slice(0, heldMax.detail) });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    notifyChange() {
      for (const listener of listeners) listener();
    },
  };
}
