import type { HistoryStep } from '../facts/image.ts';
import { count, type Foreign, field, isAbsent, textOrEmpty } from '../foreign.ts';
import { environmentVariable, isSecret, requireFew, valueClass } from './environment.ts';
import { packageIndexUse } from './package-index.ts';
import { isoTimeOfSeconds } from './time.ts';

const INSTRUCTIONS = [
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK'],
  ...['LABEL', 'MAINTAINER', 'ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME'],
  ...['WORKDIR'],
];

/**
 * The instruction behind one line of an image's history, from a fixed set so that no argument gets
 * out; empty when the line names none (imported layers, other builders). The classic builder writes
 * `/bin/sh -c #(nop) COPY …` and a bare command for RUN, BuildKit the instruction itself.
 */
export function instructionOf(createdBy: string): string {
  const marked = /^\S+(?: [-/]\S+| pipefail)* #\(nop\)\s+(\S+)/.exec(createdBy)?.[1];
  const word = (marked ?? /^\S+/.exec(createdBy)?.[0] ?? '').toUpperCase();
  if (INSTRUCTIONS.includes(word)) return word;
  return marked === undefined && isBareCommand(createdBy) ? 'RUN' : '';
}

/** A shell's path, `|2 A=1 B=2 /bin/sh -c …` with build arguments, or a shell of Windows. */
const isBareCommand = (createdBy: string): boolean =>
  /^(\/\S+ |\|\d+ |powershell |cmd )/i.test(createdBy);

/**
 * The facts of one line of an image's history, in whichever of the builders' notations it is. What
 * is kept of the arguments are names and classes, never their text.
 */
export function historyStep(step: Foreign): HistoryStep {
  const created = field(step, 'Created');
  const createdBy = textOrEmpty(field(step, 'CreatedBy'));
  const instruction = instructionOf(createdBy);
  const rest = argumentsOf(createdBy);
  return {
    createdAt: isAbsent(created) ? '' : isoTimeOfSeconds(created, count(created)),
    instruction,
    sizeBytes: count(field(step, 'Size')),
    addsToRoot: instruction === 'ADD' && /\s(in )?\/$/.test(rest),
    packageIndex: instruction === 'RUN' ? packageIndexUse(scriptOf(rest)) : 'untouched',
    programs: instruction === 'RUN' ? programsIn(scriptOf(rest)) : [],
    variables: [
      ...variablesOf(variableEntries(instruction, rest)),
      ...secretsIn(instruction, rest),
    ],
  };
}

/** Programs that are named; any other word of a script may be a secret. */
const PROGRAMS = new Set([
  ...['apk', 'apt', 'apt-get', 'dnf', 'dpkg', 'microdnf', 'rpm', 'tdnf', 'yum', 'zypper'],
  ...['bundle', 'cargo', 'composer', 'dotnet', 'gem', 'go', 'gradle', 'mvn', 'npm', 'pip', 'pip3'],
  ...['pnpm', 'poetry', 'uv', 'yarn', 'cmake', 'gcc', 'make', 'configure', 'git', 'curl', 'wget'],
  ...['tar', 'unzip', 'useradd', 'adduser', 'groupadd', 'addgroup', 'chmod', 'chown', 'setcap'],
  ...['cp', 'ln', 'mkdir', 'mv', 'rm', 'sed', 'update-ca-certificates', 'passwd', 'ssh-keygen'],
]);

/** Words before a command that are none themselves. */
const BEFORE_COMMANDS = new Set(['!', 'do', 'elif', 'else', 'exec', 'if', 'sudo', 'then', 'while']);

function programsIn(script: string): string[] {
  const names = script.split(/[;&|(){}\n]+/).map((command) => {
    const words = command.split(/\s+/).filter((word) => word !== '');
    const first = words.find((word) => !BEFORE_COMMANDS.has(word) && !word.includes('=')) ?? '';
    return first.slice(first.lastIndexOf('/') + 1);
  });
  return [...new Set(names.filter((name) => PROGRAMS.has(name)))];
}

function variablesOf(entries: string[]): HistoryStep['variables'] {
  requireFew(entries);
  return entries.map(environmentVariable);
}

/** Values that a step has not got yet when it is written: of the shell, and of what it is told by. */
const REFERENCE = /\$\([^)]{0,200}\)|\$\{[^}]{0,200}\}|`[^`]{0,200}`|\$\w{1,200}/g;
/** `NAME=value` where a command or a label may have it. */
const ASSIGNMENT =
  /(?:^|[\s;&|(])([A-Za-z_][\w.-]{0,255}=(?:"[^"]{0,4000}"|'[^']{0,4000}'|[^\s;&|)]{0,4000}))/g;

/** Characters of a step that are looked at: more than any shell takes as one argument (MAX_ARG_STRLEN). */
const WORDS_MAX = 131_072;

/** Secrets in the words of a step, under the names that stand before them, or under that of its instruction. */
function secretsIn(instruction: string, rest: string): HistoryStep['variables'] {
  if (instruction === 'ENV' || instruction === 'ARG') return [];
  const words = instruction === 'RUN' ? scriptOf(rest) : rest;
  const line = words.slice(0, WORDS_MAX).replaceAll(REFERENCE, () => '$X');
  const named = [...line.matchAll(ASSIGNMENT)]
    .map(([, entry = '']) => environmentVariable(entry.replaceAll(/["']/g, '')))
    .filter(isSecret);
  requireFew(named);
  // A list of words stands in quotes.
  const found =
    named.length > 0 ? null : (valueClass(line) ?? valueClass(line.replaceAll(/["',[\]]+/g, ' ')));
  const name = `(in the words of ${instruction || 'a step'})`;
  return found === null ? named : [{ name, valueClass: found }];
}

/** What follows the instruction; for a bare command all of it. BuildKit's mark at the end is cut. */
function argumentsOf(createdBy: string): string {
  const afterMark = createdBy.split('#(nop)', 2)[1];
  const line = (afterMark ?? createdBy)
    .trim()
    .replace(/# buildkit$/, '')
    .trim();
  const [word = ''] = /^\S+/.exec(line) ?? [];
  return INSTRUCTIONS.includes(word.toUpperCase()) ? line.slice(word.length).trim() : line;
}

/** The shell and its options at the beginning of a `RUN`: `/bin/sh -c`, `/bin/bash -o pipefail -c`. */
const SHELL = /(?:^|\s)\/\S*sh(?: -\w+| pipefail)* -\w*c\s/;

/** The script of a `RUN`, without build arguments and shell. */
function scriptOf(rest: string): string {
  const shell = SHELL.exec(rest);
  return shell ? rest.slice(shell.index + shell[0].length) : rest;
}

/**
 * `NAME=value` entries; values may hold blanks, so each reaches to the next name. The end of a base64
 * text is no name: a piece of a key must not come out as one.
 */
function variableEntries(instruction: string, rest: string): string[] {
  const buildArguments = /^\|\d+ ([\s\S]*)$/.exec(rest)?.[1];
  if (instruction === 'RUN' && buildArguments !== undefined) {
    const shell = SHELL.exec(buildArguments);
    return splitEntries(shell ? buildArguments.slice(0, shell.index) : buildArguments);
  }
  return instruction === 'ENV' || instruction === 'ARG' ? splitEntries(rest) : [];
}

const splitEntries = (written: string): string[] =>
  written
    .split(/\s(?=[A-Za-z_][A-Za-z0-9_]*=(?![=\s]|$))/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
