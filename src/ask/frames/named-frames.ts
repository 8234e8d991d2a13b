import { offer } from '../offer.ts';
import type { Frame } from './frame.ts';

const NAMED =
  /^(?:(?:show|give|get|run|see|list)(?: me| us)? )?(?:the |our )?(?:seawall )?(posture|surface|isolation|controls|whoami|history|diff|execs|reach|inspect|status|feeds)\b/;
const OF_ONE = /^(?:reach|inspect)$/;
const OF_ANY = /^(?:reach|inspect|isolation|controls|execs)$/;

/** A command by its name, and what it is asked of: “whoami for all hosts”, “isolation of redis”. */
export const namedCommand: Frame = (clues) => {
  const name = NAMED.exec(clues.text())?.[1];
  if (name === undefined) return [];
  const { container } = clues;
  if (container === null ? OF_ONE.test(name) : !OF_ANY.test(name)) return [];
  const at = clues.reading.tokens.findIndex(({ text }) => text === name);
  const named = { topic: { from: at, length: 1 }, isBroad: true } as const;
  if (container === null) {
    return [offer(name, [], 0.85, 'EVERYWHERE', { ...named, takes: ['topic'] })];
  }
  // Of several each is offered, and none is run.
  const all = [...new Set(clues.reading.containers.map((one) => one.name))];
  const takes = ['topic', 'container'] as const;
  return all.map((one) =>
    offer(name, [one], all.length > 1 ? 1.05 : 0.85, '', { ...named, takes }),
  );
};
