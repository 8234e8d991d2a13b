import { hostsAmong } from '../inspections/hosts-among.ts';
import type { ChannelDeclaration, HostDeclaration } from '../ports/declarations.ts';
import { UserError } from '../shared/errors.ts';
import {
  isTerm,
  labelsOf,
  readTerm,
  selectBy,
  type Term,
  type TermMistake,
  termsText,
} from '../shared/label-terms.ts';
import { counted, listed } from '../shared/text.ts';
import { splitWords } from './plain-line.ts';

const NAMED_MAX = 12;

/**
 * The hosts that words behind “on” mean, in the order of the settings; at least one. `team=shop,env=prod`
 * and `team=shop env=prod` mean those with both labels, two values of one key either, `not prod` leaves out, several
 * names mean each.
 * Throws `UserError` for a word that means nothing or more than one thing, with `line` of words that
 * would do, and where no host is left: nothing is never taken for all. `takesContainer`: that the command is about one,
 * which somebody may have put behind “on”.
 */
export function hostsMeant(
  words: readonly string[],
  hosts: readonly HostDeclaration[],
  line: (near: readonly string[]) => string,
  takesContainer = false,
): readonly HostDeclaration[] {
  const terms = words.flatMap((word, index) =>
    word.toLowerCase() === 'not' && index < words.length - 1
      ? []
      : readWord(word, hosts, {
          isNot: words[index - 1]?.toLowerCase() === 'not',
          line: (near) => line(words.with(index, near)),
          takesContainer,
        }),
  );
  if (terms.length === 0) {
    throw new UserError('Name a host or a label behind “on”.', { hint: knownText(hosts) });
  }
  const meant = selectBy(terms, hosts);
  if (meant.length > 0) return meant;
  throw new UserError(`No host is meant by “${termsText(terms)}”.`, { hint: knownText(hosts) });
}

/** Hosts that a text behind “on” means which was right once; none where it means nothing any more. */
export function hostsOfText(
  text: string,
  hosts: readonly HostDeclaration[],
): readonly HostDeclaration[] {
  try {
    return hostsMeant(splitWords(text), hosts, () => text);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

interface WordPlace {
  isNot: boolean;
  line: (near: string) => string;
  takesContainer: boolean;
}

/** A word that a label may have as a whole, or several with commas between them. */
function readWord(
  word: string,
  hosts: readonly HostDeclaration[],
  { isNot, line, takesContainer }: WordPlace,
): Term[] {
  const whole = readTerm(word, hosts, isNot);
  if (isTerm(whole)) return [whole];
  const parts = word.split(',').filter((part) => part !== '');
  return parts.map((part, index) => {
    const read = readTerm(part, hosts, isNot);
    if (isTerm(read)) return read;
    throw mistakeOf(read, hosts, {
      ...{ isNot, takesContainer },
      line: (near) => line(parts.with(index, near).join(',')),
    });
  });
}

function mistakeOf(
  mistake: TermMistake,
  hosts: readonly HostDeclaration[],
  { line, takesContainer }: WordPlace,
): UserError {
  if (mistake.kind === 'unclear') {
    const { word, labels } = mistake;
    const [first] = labels;
    const isKey = labels.every(({ key }) => key.toLowerCase() === word.toLowerCase());
    return new UserError(
      isKey
        ? `“${word}” is a label: say which value it must have.`
        : `“${word}” is a value of more than one label.`,
      {
        hint: `It can be ${meaningsText(labels)}.`,
        ...(first && { correctedLine: line(`${first.key}=${first.value}`) }),
      },
    );
  }
  const { near } = mistake;
  const correctedLine = near === null ? {} : { correctedLine: line(near) };
  if (mistake.kind === 'no-label') {
    const { key, value, labels } = mistake;
    return new UserError(
      labels.length === 0
        ? `No host has a label “${key}”.`
        : `No host has the label “${key}” with “${value}”.`,
      {
        hint: labels.length === 0 ? knownText(hosts) : `It can be ${meaningsText(labels)}.`,
        ...correctedLine,
      },
    );
  }
  const hasLabels = labelsOf(hosts).length > 0;
  return new UserError(`There is no host “${mistake.word}”${hasLabels ? ', and no label' : ''}.`, {
    hint: takesContainer
      ? `${knownText(hosts)} If it is a container, write its name without “on”.`
      : knownText(hosts),
    ...correctedLine,
  });
}

const meaningsText = (labels: readonly { key: string; value: string; count: number }[]) =>
  listed(
    labels.map(({ key, value, count }) => `${key}=${value} (${counted(count, 'host')})`),
    NAMED_MAX,
  );

/** What is said where the settings hold none of a channel's hosts. */
export const NONE_DECLARED = 'This channel is about hosts of which none is declared now.';

/** What can stand behind “on”, a few of each. */
function knownText(hosts: readonly HostDeclaration[]): string {
  if (hosts.length === 0) return NONE_DECLARED;
  const names = hosts.map(({ name }) => name);
  const labels = labelsOf(hosts).map(({ key, value }) => `${key}=${value}`);
  const ofLabels = labels.length === 0 ? '' : ` Labels: ${listed(labels, NAMED_MAX)}.`;
  return `Hosts: ${listed(names, NAMED_MAX)}; “all” means every one.${ofLabels}`;
}

/** Hosts that a channel is about, by their names and labels; null when the settings name none for it. */
export function hostsOfChannel(
  declared: { hosts: readonly HostDeclaration[]; channels: readonly ChannelDeclaration[] },
  channel: string,
): readonly HostDeclaration[] | null {
  const words = declared.channels.find(({ id }) => id === channel)?.hosts ?? null;
  return words && hostsAmong(words, declared.hosts);
}
