import type { Sighting } from '../ports/watch-store.ts';
import { laterEvent } from '../snapshot/event-coverage.ts';
import type { EventName } from '../snapshot/facts/event.ts';

/** What an event tells of has happened a moment before it. */
const BEFORE_EVENT_MS = 1_000;

/** An event, or what a list told (`name` is null), on its way into the store. */
export interface QueueEntry {
  readonly name: EventName | null;
  /** Epoch milliseconds. */
  readonly at: number;
  state: 'open' | 'ready' | 'taken' | 'stored';
  /** Null while it is open, and for what need not be stored. */
  sighting: Sighting | null;
}

/**
 * What was heard of one host and is not stored yet, in the order in which it was heard. Looking at
 * containers takes unequal time, so entries are stored in any order; the mark follows only as far as
 * nothing before it is missing, so that after a crash everything behind it is asked for again.
 */
export class EventQueue {
  #entries: QueueEntry[] = [];
  #mark: EventName | null;
  /** The mark that holds when the gate is open. */
  #heard: EventName | null = null;
  #gate: 'open' | 'shut' | QueueEntry = 'open';
  #holds = 0;

  constructor(mark: EventName | null) {
    this.#mark = mark;
  }

  /** The last event that is stored with everything before it. */
  get mark(): EventName | null {
    return this.#mark;
  }

  get size(): number {
    return this.#entries.length;
  }

  get readyCount(): number {
    return this.#countOf('ready');
  }

  /** Entries of which it is not known yet what is to be stored. */
  get openCount(): number {
    return this.#countOf('open');
  }

  #countOf(wanted: QueueEntry['state']): number {
    return this.#entries.filter(({ state }) => state === wanted).length;
  }

  /** Until when all of what was heard until a time is stored; both epoch milliseconds. */
  storedUntil(heard: number): number {
    return this.#entries.reduce((until, { at }) => Math.min(until, at - BEFORE_EVENT_MS), heard);
  }

  add(name: EventName | null, at: number): QueueEntry {
    const entry: QueueEntry = { name, at, state: 'open', sighting: null };
    this.#entries.push(entry);
    return entry;
  }

  /** Says what is to be stored of an entry; null for nothing. */
  settle(entry: QueueEntry, sighting: Sighting | null): void {
    entry.sighting = sighting;
    entry.state = sighting === null ? 'stored' : 'ready';
    this.#advance();
  }

  /** Entries to store next, in order; they are not given again before they are given back. */
  take(most: number): QueueEntry[] {
    const taken = this.#entries.filter(({ state }) => state === 'ready').slice(0, most);
    for (const entry of taken) entry.state = 'taken';
    return taken;
  }

  giveBack(entries: readonly QueueEntry[]): void {
    for (const entry of entries) entry.state = 'ready';
  }

  stored(entries: readonly QueueEntry[]): void {
    for (const entry of entries) entry.state = 'stored';
    this.#advance();
  }

  /** Where the mark will be once these are stored. */
  markAfter(entries: readonly QueueEntry[]): EventName | null {
    const soon = new Set(entries);
    let [mark, heard, gate] = [this.#mark, this.#heard, this.#gate];
    for (const entry of this.#entries) {
      if (entry.state !== 'stored' && !soon.has(entry)) break;
      heard = laterEvent(heard, entry.name);
      if (gate === entry) gate = 'open';
      if (gate === 'open') mark = laterEvent(mark, heard);
    }
    return mark;
  }

  /**
   * Keeps the mark where it is, while what lies between it and what is heard now is asked for. The
   * result lets it go on when everything that was added until then is stored; `newest` is an event
   * that is known to be behind it.
   */
  holdMark(): (newest: EventName | null) => void {
    this.#holds += 1;
    this.#gate = 'shut';
    return (newest) => {
      this.#holds -= 1;
      this.#heard = laterEvent(this.#heard, newest);
      if (this.#holds === 0) this.#gate = this.#entries.at(-1) ?? 'open';
      this.#advance();
    };
  }

  /** The engine does not know the mark any more; what came before is in the ledger. */
  forgetMark(): void {
    this.#mark = null;
    this.#heard = null;
  }

  #advance(): void {
    let count = 0;
    for (const entry of this.#entries) {
      if (entry.state !== 'stored') break;
      count += 1;
      this.#heard = laterEvent(this.#heard, entry.name);
      if (this.#gate === entry) this.#gate = 'open';
    }
    this.#entries.splice(0, count);
    if (this.#gate === 'open') this.#mark = laterEvent(this.#mark, this.#heard);
  }
}
