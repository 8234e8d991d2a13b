import { UserError } from '../shared/errors.ts';
import { nearestOrBegun } from '../shared/nearest.ts';
import { isPlaceWord } from './channel-place.ts';
import type { Command, Permission, PermissionByWord } from './command.ts';

const strictness: readonly Permission[] = ['view', 'operate', 'approve'];

/** Stands for every first word that a command does not name. */
const ANY_OTHER = '*';

/** The word that says what is asked of a command; empty where there is none, or just a channel. */
export const askedWord = ([first = '', next]: readonly string[]): string =>
  isPlaceWord(first, next) ? '' : first;

/** What a line needs. A first word that the command does not declare needs the most it knows. */
export function permissionOf(
  { permission }: Pick<Command, 'permission'>,
  words: readonly string[],
): Permission {
  if (typeof permission === 'string') return permission;
  const first = askedWord(words);
  const strictest = strictness.findLast((level) => Object.values(permission).includes(level));
  const declared = Object.hasOwn(permission, first) ? permission[first] : permission[ANY_OTHER];
  return declared ?? strictest ?? 'approve';
}

const namedWords = (permission: PermissionByWord): string[] =>
  Object.keys(permission).filter((word) => word !== '' && word !== ANY_OTHER);

/** True for a line that only those may run who decide: nobody is offered one that they did not write. */
export const decides = (command: Pick<Command, 'permission'>, words: readonly string[]): boolean =>
  permissionOf(command, words) === 'approve';

/** In words for help and reference: `view; operate for now, preview; approve for schedule, off`. */
export function permissionText({ permission }: Pick<Command, 'permission'>): string {
  if (typeof permission === 'string') return permission;
  const parts = strictness.flatMap((level) => {
    const words = namedWords(permission).filter((word) => permission[word] === level);
    return words.length > 0 ? [`${level} for ${words.join(', ')}`] : [];
  });
  return [permission[''], ...parts].filter((part) => part !== undefined).join('; ');
}

/**
 * The words with the first one in its known spelling, for a command whose permission hangs on it.
 * Throws `UserError` for a first word that it does not know, with the corrected line where one is near.
 */
export function knownFirstWord(
  { name, usage, permission }: Pick<Command, 'name' | 'usage' | 'permission'>,
  words: readonly string[],
  toLine: (words: readonly string[]) => string,
): readonly string[] {
  const [typed, ...rest] = words;
  if (typeof permission === 'string' || typed === undefined) return words;
  if ('' in permission && isPlaceWord(typed, rest[0])) return words;
  const known = namedWords(permission);
  const first = typed.toLowerCase();
  if (known.includes(first)) return [first, ...rest];
  if (ANY_OTHER in permission) return words;
  const near = nearestOrBegun(first, known);
  throw new UserError(`“${name}” does not know “${typed}”.`, {
    hint: usage,
    ...(near && { correctedLine: toLine([near, ...rest]) }),
  });
}
