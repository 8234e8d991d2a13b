import type { Reading } from '../shared/reading.ts';
import type { BegunExec } from '../snapshot/facts/event.ts';

/** A command that somebody began inside a container. What it was is never kept. Times are ISO. */
export interface ExecSession {
  host: string;
  /** The name is null where nobody knows it. */
  container: { id: string; name: string | null };
  /** Or why it is not known. */
  power: Reading<BegunExec>;
  startedAt: string;
  /** When it ended, or its container was found gone; null while neither was seen. */
  endedAt: string | null;
  /** Null where the engine did not tell it, and while it runs. */
  exitCode: number | null;
}
