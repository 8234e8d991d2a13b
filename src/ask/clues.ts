import { once } from '../shared/once.ts';
import type { Mention } from './lexicon.ts';
import type { Reading } from './read-question.ts';

/** Alternatives are written in the sources. */
const parted = once((ideas: string) => ideas.split('|'));

const PEOPLE =
  '(?:who(?: else)?|whom|any(?:one|body)|some(?:one|body)|every(?:one|body)|(?:which|what) (?:people|persons?|users?|colleagues?|teams?|roles?))';
const ALLOWED = '(?:able|allowed|permitted|entitled|authori[sz]ed)';
const MAY = `(?:(?:can|could|may|might)(?! have\\b)|(?:is|are) ${ALLOWED}|(?:has|have) (?:the )?(?:rights?|permissions?|power))`;
const RIGHTS = new RegExp(
  `^(?:(?:and|so|but|now) )*(?:${PEOPLE} ${MAY}|(?:can|could|may|might) ${PEOPLE}|(?:is|are) ${PEOPLE} ${ALLOWED})\\b(?! (?:tell|show|say|confirm|explain|list)\\b)`,
);

/** What recognisers ask a question; ideas are named as in `words/`, alternatives parted by `|`. */
export class Clues {
  readonly reading: Reading;
  readonly #byIdea: ReadonlyMap<string, Mention[]>;
  readonly #text: string;

  constructor(reading: Reading) {
    this.reading = reading;
    this.#byIdea = Map.groupBy(reading.mentions, ({ idea }) => idea);
    this.#text = reading.tokens.map(({ text }) => text).join(' ');
  }

  /** True when one of the ideas is mentioned. */
  has(ideas: string): boolean {
    return parted(ideas).some((idea) => this.#byIdea.has(idea));
  }

  mentionsOf(ideas: string): Mention[] {
    return parted(ideas).flatMap((idea) => this.#byIdea.get(idea) ?? []);
  }

  /** The first place of one of the ideas; infinity where none is. */
  first(ideas: string): number {
    return Math.min(...this.mentionsOf(ideas).map(({ from }) => from));
  }

  /** The words, lower case, as typed. */
  text(): string {
    return this.#text;
  }

  /** True when the question fits. */
  says(form: RegExp): boolean {
    return form.test(this.#text);
  }

  /** True for “who can …”, “may anybody …”: who has a right is in no list of what was done. */
  get isOfRights(): boolean {
    return this.says(RIGHTS);
  }

  get container(): string | null {
    return this.reading.containers[0]?.name ?? null;
  }

  get host(): string | null {
    return this.reading.hosts[0]?.name ?? null;
  }
}
