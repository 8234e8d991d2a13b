import type { Rule } from '../rules/rule.ts';
import { UserError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import { findTerm, normalTerm, termWords } from './terms/index.ts';
import type { Term } from './terms/term.ts';

/** What a word means: a term, rules, or both where they go by the same name. */
export interface Topic {
  name: string;
  term: Term | null;
  rules: Rule[];
  /** A sentence when a number means different rules in two benchmark versions. */
  ambiguity: string | null;
}

/**
 * Finds what is behind a rule id, a term (`CAP_SYS_ADMIN`, `user namespace`) or a CIS number:
 * `cis-1.6:5.5`, or `cis-5.5` and `5.5`, which may differ between versions 1.6 and 1.8. Throws
 * `UserError` with the nearest rule or term.
 */
export function findTopic(word: string, rules: readonly Rule[]): Topic {
  const id = word.toLowerCase();
  const named = rules.filter((rule) => rule.id === normalTerm(word));
  const term = findTerm(word);
  if (named.length > 0 || term !== null) {
    return { name: named[0]?.id ?? term?.id ?? id, term, rules: named, ambiguity: null };
  }
  const exact = rules.filter(({ controls }) => controls.some((control) => control === id));
  if (exact.length > 0) return { name: id, term: null, rules: exact, ambiguity: null };

  const number = /^(?:cis-)?(\d+(?:\.\d+)+)$/.exec(id)?.[1];
  if (number !== undefined) return findNumber(number, rules);

  const near = nearest(normalTerm(word), [...rules.map((rule) => rule.id), ...termWords]);
  throw new UserError(`Nothing is known about “${word}”.`, {
    hint: 'Ask for a rule (`findings` names them), a CIS number such as `cis-5.5`, or a term such as `seccomp`.',
    ...(near && { correctedLine: `explain ${near}` }),
  });
}

function findNumber(number: string, rules: readonly Rule[]): Topic {
  const inVersion = (version: string) =>
    rules.filter(({ controls }) => controls.some((control) => control === `${version}:${number}`));
  const old = inVersion('cis-1.6');
  const current = inVersion('cis-1.8');
  const all = [...new Set([...old, ...current])];
  if (all.length === 0) {
    throw new UserError(`No rule of this version answers CIS ${number}.`, {
      hint: 'The rule catalogue lists every number that is answered.',
    });
  }
  const isSame = old.length === current.length && old.every((rule) => current.includes(rule));
  const say = (list: Rule[]) => list.map(({ id }) => id).join(', ') || 'not answered yet';
  return {
    name: `cis-${number}`,
    term: null,
    rules: all,
    ambiguity: isSame
      ? null
      : `The number differs by version: 1.6 ${say(old)}; 1.8 ${say(current)}.`,
  };
}
