import type { Rule } from '../rules/rule.ts';
import { UserError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';

/** Rules that a word means, and a sentence when the word means different ones in two benchmarks. */
export interface Topic {
  name: string;
  rules: Rule[];
  ambiguity: string | null;
}

/**
 * Finds the rules behind a rule id or a CIS number: `cis-1.6:5.5`, or `cis-5.5` and `5.5`, which may
 * differ between versions 1.6 and 1.8. Throws `UserError` with the nearest rule id.
 */
export function findTopic(word: string, rules: readonly Rule[]): Topic {
  const id = word.toLowerCase();
  const named = rules.filter((rule) => rule.id === id);
  if (named.length > 0) return { name: id, rules: named, ambiguity: null };

  const exact = rules.filter(({ controls }) => controls.some((control) => control === id));
  if (exact.length > 0) return { name: id, rules: exact, ambiguity: null };

  const number = /^(?:cis-)?(\d+(?:\.\d+)+)$/.exec(id)?.[1];
  if (number !== undefined) return findNumber(number, rules);

  const near = nearest(
    id,
    rules.map((rule) => rule.id),
  );
  throw new UserError(`Nothing is known about “${word}”.`, {
    hint: 'Ask for a rule (`findings` names them) or a CIS number such as `cis-5.5`.',
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
    rules: all,
    ambiguity: isSame
      ? null
      : `The number differs by version: 1.6 ${say(old)}; 1.8 ${say(current)}.`,
  };
}
