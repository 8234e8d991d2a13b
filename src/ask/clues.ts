import { once } from '../shared/once.ts';
import { type Mention, range } from './lexicon.ts';
import type { Reading } from './read-question.ts';

/** Alternatives are written in the sources. */
const parted = once((ideas: string) => ideas.split('|'));

/** What recognisers ask a question; ideas are named as in `words/`, alternatives parted by `|`. */
export class Clues {
  readonly reading: Reading;
  readonly #byIdea: ReadonlyMap<string, Mention[]>;
  readonly #text: string;

  constructor(reading: Reading) {
    this.reading = reading;
    this.#byIdea = Map.groupBy(reading.mentions, ({ idea }) => idea);
    this.#text = this.text();
  }

  /** True when one of the ideas is mentioned. */
  has(ideas: string): boolean {
    return parted(ideas).some((idea) => this.#byIdea.has(idea));
  }

  /** True when each of them is. */
  hasAll(...ideas: string[]): boolean {
    return ideas.every((idea) => this.has(idea));
  }

  mentionsOf(ideas: string): Mention[] {
    return parted(ideas).flatMap((idea) => this.#byIdea.get(idea) ?? []);
  }

  /** The first place of one of the ideas; infinity where none is. */
  first(ideas: string): number {
    return Math.min(...this.mentionsOf(ideas).map(({ from }) => from));
  }

  /** True when a mention has another of these ideas within so many words before or behind it. */
  near(
    mention: Pick<Mention, 'from' | 'length'>,
    ideas: string,
    before: number,
    behind: number,
  ): boolean {
    return this.mentionsOf(ideas).some(
      (other) =>
        other.from < mention.from + mention.length + behind &&
        other.from + other.length > mention.from - before &&
        !range(other).every((at) => range(mention).includes(at)),
    );
  }

  /** The words from one place on, lower case, as typed. */
  text(from = 0): string {
    return this.reading.tokens
      .slice(from)
      .map(({ text }) => text)
      .join(' ');
  }

  /** True when the question fits. */
  says(form: RegExp): boolean {
    return form.test(this.#text);
  }

  get container(): string | null {
    return this.reading.containers[0]?.name ?? null;
  }

  get host(): string | null {
    return this.reading.hosts[0]?.name ?? null;
  }
}
