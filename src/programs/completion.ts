import type { Settings } from '../config/load-settings.ts';
import { UserError } from '../shared/errors.ts';
import { labelsOf } from '../shared/label-terms.ts';
import { completionScript, completionsOf, isPlain, shells } from '../terminal/completion.ts';

type Program = Parameters<typeof completionsOf>[2][number];

/** More names than that nobody chooses from. */
const CONTAINERS_MAX = 500;
const LABELS_MAX = 500;

/**
 * What `seawall completion <word>` prints: a script for a shell, or the names that such a script asks for, one
 * a line. Names that a shell could take for more than a word are left out. Throws `UserError` for another word.
 */
export async function completionText(
  word: string | undefined,
  programs: readonly Program[],
  readSettings: () => Promise<Settings>,
): Promise<string> {
  const shell = shells.find((one) => one === word);
  if (shell !== undefined) {
    const { commands, rules } = await import('./assemble.ts');
    return completionScript(shell, completionsOf(commands, rules, programs.map(withShells)));
  }
  if (word === 'hosts' || word === 'selections') {
    const { hosts } = await readSettings();
    const labels = word === 'hosts' ? [] : labelsOf(hosts).slice(0, LABELS_MAX);
    const ofLabels = labels.map(({ key, value }) => `${key}=${value}`);
    return lines([...ofLabels, ...hosts.map(({ name }) => name)]);
  }
  if (word === 'containers') {
    const { peekContainerNames } = await import('../store/peek-names.ts');
    const { databaseUrl } = await readSettings();
    return lines(peekContainerNames(databaseUrl.reveal(), CONTAINERS_MAX) ?? []);
  }
  throw new UserError('Name a shell.', { hint: 'For example: seawall completion bash' });
}

const withShells = (program: Program): Program =>
  program.name === 'completion' ? { ...program, words: shells } : program;

const lines = (names: readonly string[]) =>
  names
    .filter(isPlain)
    .map((name) => `${name}\n`)
    .join('');
