import type { ScanTurnStore } from '../ports/scan-turn-store.ts';
import type { OwnScanReason } from './own-scan-audit.ts';

/** Hosts of which it is read at once whether somebody has scanned them. */
const LOOKED_AT = 50;

export interface Due {
  reason: OwnScanReason;
  /** A scan that began then or later does; epoch milliseconds. */
  since: number;
  /** By `performance.now()`. */
  notBefore: number;
}

/** When a host is due again, and what does then; both epoch milliseconds. */
export interface Next {
  at: number;
  since: number;
}

/** When a host is due by its age; a scan that began after this one, or after that of another process, does. */
export const nextAfter = (began: number, ms: number): Next => ({
  at: began + ms,
  since: began + 1,
});

/** Hosts that are to be scanned, now or once their newest scan is old. */
export class DueHosts {
  readonly #due = new Map<string, Due>();
  readonly #next = new Map<string, Next>();
  readonly #listLast: ScanTurnStore['listLast'];
  readonly #ageOf: (host: string) => number;

  /** `ageOf` says how old the newest scan of a host may get, in milliseconds. */
  constructor(listLast: ScanTurnStore['listLast'], ageOf: (host: string) => number) {
    this.#listLast = listLast;
    this.#ageOf = ageOf;
  }

  get(host: string): Due | undefined {
    return this.#due.get(host);
  }

  set(host: string, due: Due): void {
    this.#due.set(host, due);
  }

  setNext(host: string, next: Next): void {
    this.#next.set(host, next);
  }

  /** Makes those due whose newest scan got old, of hosts that are still to be scanned. */
  grow(now: number, reaches: (host: string) => boolean): void {
    for (const [host, { at, since }] of this.#next) {
      if (at > now) continue;
      this.#next.delete(host);
      if (this.#due.has(host) || !reaches(host)) continue;
      this.#due.set(host, { reason: 'every', since, notBefore: 0 });
    }
  }

  /**
   * Takes out, one by one, what may begin now and is not busy. Hosts that somebody has scanned since they were due
   * are not given, but due again by their age: no turn need be taken to know that. Rejects like the database.
   */
  async *take(isBusy: (host: string) => boolean): AsyncGenerator<[string, Due]> {
    const mayBegin = (host: string, { notBefore }: Due) =>
      notBefore <= performance.now() && !isBusy(host);
    const ready = [...this.#due].flatMap(([host, due]) => (mayBegin(host, due) ? host : []));
    for (let at = 0; at < ready.length; at += LOOKED_AT) {
      const hosts = ready.slice(at, at + LOOKED_AT);
      const last = await this.#listLast(hosts);
      for (const host of hosts) {
        const due = this.#due.get(host);
        // It may have been put off meanwhile.
        if (due === undefined || !mayBegin(host, due)) continue;
        this.#due.delete(host);
        const lastAt = last.get(host);
        if (lastAt === undefined || lastAt < due.since) yield [host, due];
        else this.#next.set(host, nextAfter(lastAt, this.#ageOf(host)));
      }
    }
  }
}
