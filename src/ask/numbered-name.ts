import type { Token } from './split-question.ts';
import { wordSet } from './words/word-list.ts';

/** `web-7`, `db3`: written as only names are. */
const NUMBERED = /^[a-z]+[-_]?\d+$/;
/** `node-05`, `docker-host-3`: words of the language, numbered. */
const NUMBERED_WORDS = /^(?<words>[a-z]{2,40}(?:[-_][a-z]{1,40}){0,4})[-_]\d{1,9}$/;

/** What is numbered without being named so: `uid-0`, `port-443`, `top-5`, `cve-2024`. */
const COUNTED = wordSet(`
uid gid pid id user group port ports top first last past next cve ghsa cis iso pci soc nis level layer tier sev
severity prio priority critical high medium low day week month year quarter version rev release rule control check
step phase stage item row line page number no nr section chapter point part exit code error signal runlevel mode namespace cgroup cgroups type class category grade score
`);
/** What a machine is called, whatever stands before it. */
const MACHINES = wordSet('node host server box machine engine vm');
/** What stands before the name of a host. */
const BEFORE_HOSTS = wordSet(`
on at in from of for scan rescan inspect check posture compare with versus vs and or nor than to
host server box machine node
`);

const wordsOf = (text: string): string[] =>
  NUMBERED_WORDS.exec(text)?.groups?.words?.split(/[-_]/) ?? [];

/** The beginning of an id: `cve-2024`. */
const PART_OF_ID = /^(?:cve|ghsa)-/;

/** True for `uid-0` and `top-5`, which name nothing. */
export const isCounted = (text: string): boolean => wordsOf(text).some((word) => COUNTED.has(word));

/** True for `node-05` and `docker-host-3`: whatever stands around it, a machine is meant. */
export const isMachineName = (text: string): boolean =>
  MACHINES.has(wordsOf(text).at(-1) ?? '') && !isCounted(text);

/** True for what nobody writes but as a name, or to count something. */
export const isNumbered = (text: string): boolean => NUMBERED.test(text);

/** True for a token of words with a number that is a name as a whole: its words say nothing by themselves. */
export function isNumberedName(tokens: readonly Token[], at: number): boolean {
  const text = tokens[at]?.text ?? '';
  if (wordsOf(text).length === 0) return false;
  const isPlaced = BEFORE_HOSTS.has(tokens[at - 1]?.text ?? '');
  return PART_OF_ID.test(text) || isMachineName(text) || (isPlaced && !isCounted(text));
}
