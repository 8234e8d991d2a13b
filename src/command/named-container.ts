import type { ScanStore } from '../ports/scan-store.ts';
import { OutsideError, UserError } from '../shared/errors.ts';
import { quoteWord } from '../shared/text.ts';
import type { CommandContext } from './command.ts';
import { hostsOfChannel } from './hosts-meant.ts';
import { parseLine } from './parse-line.ts';
import { type PermitAsked, permit } from './permit.ts';
import { plainLine, splitWords } from './plain-line.ts';

/** Words of a line that are looked for among the names; no line has more that are meant. */
const WORDS_MAX = 6;

interface Asked extends Pick<PermitAsked, 'access'> {
  context: CommandContext & { store: Pick<ScanStore, 'listNames'> };
  text: string;
}

/**
 * The mistake in a line, with the line that shows the container that one of its words names: `findings web` and
 * `controls on web` mean one. As it was where there is a better correction, none is named, whoever typed it may not ask of
 * it, or the store fails.
 */
export async function withNamedContainer(mistake: UserError, asked: Asked): Promise<UserError> {
  const { context, text } = asked;
  const [verb = '', ...words] = splitWords(plainLine(text));
  const { correctedLine } = mistake;
  const isCut = correctedLine !== undefined && text.startsWith(correctedLine);
  const command = context.commands.find(({ name }) => name === verb.toLowerCase());
  if (command === undefined || (correctedLine !== undefined && !isCut)) return mistake;
  try {
    const name = await findNamed(words, asked);
    if (name === null) return mistake;
    const line = lineOfOne(command.name, name, text, context) ?? `inspect ${quoteWord(name)}`;
    return new UserError(
      `“${name}” is a container, which \`${command.name}\` does not take here.`,
      {
        hint: mistake.hint ?? command.usage,
        correctedLine: line,
      },
    );
  } catch (error) {
    if (error instanceof OutsideError) return mistake;
    throw error;
  }
}

/** The first word that is the whole name of a container of which whoever typed it may ask here. */
async function findNamed(
  words: readonly string[],
  { context, access }: Asked,
): Promise<string | null> {
  const ofChannel = hostsOfChannel(context, context.actor.place);
  const permitted = await permit(context, parseLine('containers on all', context), {
    ...{ access, ofChannel },
  });
  if (!permitted.isAllowed) return null;
  const hosts = permitted.hosts.map(({ name }) => name);
  for (const word of words.filter((one) => !one.startsWith('--')).slice(0, WORDS_MAX)) {
    const named = await context.store.listNames({ hosts, beginning: word });
    if (named.some(({ name }) => name === word)) return word;
  }
  return null;
}

/** `controls on web` as `controls web`, where the command takes one; null elsewhere. */
function lineOfOne(
  verb: string,
  name: string,
  text: string,
  context: CommandContext,
): string | null {
  const line = `${verb} ${quoteWord(name)}`;
  if (!/^(?:controls|isolation|reach|execs|why|inspect)$/.test(verb) || text === line) return null;
  return parseLine(line, context).line;
}
