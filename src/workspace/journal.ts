import type { Json } from '../blocks/walk.ts';

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
  calls: ApiCall[];
  violations: Violation[];
  /** Calls `listener` after every change of the workspace until the returned function is called. */
  onChange(listener: () => void): () => void;
  notifyChange(): void;
}

export function createJournal(): Journal {
  const listeners = new Set<() => void>();
  return {
    calls: [],
    violations: [],
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
