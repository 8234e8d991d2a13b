import { withoutUserinfo } from '../../shared/mask-secrets.ts';

const OF_WINDOWS = /^[a-z]:\\[^"|<>]{1,512}?\.(?:exe|cmd|bat|com)(?=\s|$)/i;
const ASSIGNMENT = /^[A-Za-z_]\w{0,255}=/;

/**
 * The program that a container starts. Whoever writes a whole command line in its place, which the engine takes for the
 * name of a program, may have written a secret there: what follows the first word is left out, the query of a URL, and
 * the value of a variable.
 */
export function programName(path: string): string {
  const word = OF_WINDOWS.exec(path)?.[0] ?? path.split(/\s/, 1)[0] ?? '';
  const [assigned] = ASSIGNMENT.exec(word) ?? [];
  if (assigned !== undefined) return `${assigned}…`;
  const shown = word.includes('://') ? (word.split(/[?#]/, 1)[0] ?? '') : word;
  return `${withoutUserinfo(shown)}${shown === path ? '' : ' …'}`;
}
