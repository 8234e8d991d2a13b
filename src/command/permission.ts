import { UserError } from '../shared/errors.ts';
import { nearestOrBegun } from '../shared/nearest.ts';
import { splitPlace } from './channel-place.ts';
import type { Command, Permission, PermissionByWord } from './command.ts';

const strictness: readonly Permission[] = ['view', 'operate', 'approve'];

/** Stands for every first word that a command does not name. */
const ANY_OTHER = '*';

type Placed = Pick<Command, 'takesChannel'>;

/** The words apart from the channel that a command may be told, which says nothing of what is asked. */
const placeApart = ({ takesChannel }: Placed, words: readonly string[]) =>
  takesChannel ? splitPlace(words) : { own: words, place: [] };

/** The first word that is not of a channel: it says what is asked of a command. Empty where there is none. */
export const askedWord = (command: Placed, words: readonly string[]): string =>
  placeApart(command, words).own[0] ?? '';

/** What a line needs. A first word that the command does not declare needs the most it knows. */
export function permissionOf(
  command: Pick<Command, 'permission' | 'takesChannel'>,
  words: readonly string[],
): Permission {
  const { permission } = command;
  if (typeof permission === 'string') return permission;
  const first = askedWord(command, words);
  const strictest = strictness.findLast((level) => Object.values(permission).includes(level));
  const declared = Object.hasOwn(permission, first) ? permission[first] : permission[ANY_OTHER];
  return declared ?? strictest ?? 'approve';
}

const namedWords = (permission: PermissionByWord): string[] =>
  Object.keys(permission).filter((word) => word !== '' && word !== ANY_OTHER);

/** True for a line that only those may run who decide: nobody is offered one that they did not write. */
export const decides = (
  command: Pick<Command, 'permission' | 'takesChannel'>,
  words: readonly string[],
): boolean => permissionOf(command, words) === 'approve';

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
 * The words with the first one in its known spelling and a channel at their end, for a command whose
 * permission hangs on it. Throws `UserError` for a first word that it does not know, with the corrected line where one is near.
 */
export function knownFirstWord(
  command: Pick<Command, 'name' | 'usage' | 'permission' | 'takesChannel'>,
  words: readonly string[],
  toLine: (words: readonly string[]) => string,
): readonly string[] {
  const { name, usage, permission } = command;
  const { own, place } = placeApart(command, words);
  const [typed, ...rest] = [...own, ...place];
  if (typeof permission === 'string' || typed === undefined || own.length === 0) return words;
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
