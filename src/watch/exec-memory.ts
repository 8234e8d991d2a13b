/** Commands that are remembered: the end of a health check is always near. */
const REMEMBERED = 4_096;

/** Knows which commands an engine began by itself, so that their ends are as little told. */
export interface ExecMemory {
  /** `isTold`: whether the beginning is told, once that is known. */
  begin(execId: string, isTold: Promise<boolean>): void;
  /**
   * Whether its end is to be told; resolves after the beginning is settled. True for one whose
   * beginning was not heard: the store knows whether it was told.
   */
  end(execId: string): Promise<boolean>;
}

export function createExecMemory(): ExecMemory {
  const begun = new Map<string, Promise<boolean>>();
  return {
    begin(execId, isTold) {
      begun.set(execId, isTold);
      for (const old of begun.keys()) {
        if (begun.size <= REMEMBERED) break;
        begun.delete(old);
      }
    },
    async end(execId) {
      const isTold = await begun.get(execId);
      begun.delete(execId);
      return isTold ?? true;
    },
  };
}
