import { table } from '../../shared/table.ts';
import type { PackageIndexUse } from '../facts/image.ts';

type Effect = 'refresh' | 'install' | 'open' | null;

/** Subcommands of package managers; what is in neither list changes no package. */
const MANAGERS = table<{ refresh: string[]; install: string[] }>({
  apt: { refresh: ['update'], install: ['install', 'upgrade', 'full-upgrade', 'build-dep'] },
  'apt-get': {
    refresh: ['update'],
    install: ['install', 'upgrade', 'dist-upgrade', 'build-dep', 'satisfy'],
  },
  aptitude: { refresh: ['update'], install: ['install', 'upgrade', 'full-upgrade'] },
  apk: { refresh: ['update'], install: ['add', 'upgrade', 'fix'] },
  // In these `update` installs newer packages.
  dnf: { refresh: ['makecache'], install: ['install', 'update', 'upgrade', 'groupinstall'] },
  microdnf: { refresh: ['makecache'], install: ['install', 'update', 'upgrade'] },
  yum: { refresh: ['makecache'], install: ['install', 'update', 'upgrade', 'groupinstall'] },
  zypper: {
    refresh: ['refresh', 'ref'],
    install: ['install', 'in', 'update', 'up', 'patch', 'dup'],
  },
});

/** Programs that start what follows them. */
const WRAPPERS: readonly string[] = [
  ...['!', 'builtin', 'command', 'do', 'eatmydata', 'elif', 'else', 'env', 'exec', 'if'],
  ...['nice', 'nohup', 'sudo', 'then', 'time', 'timeout', 'until', 'while', 'xargs', '{'],
];

const INTERPRETERS = /^(ansible-playbook|make|node|perl|php|python[\d.]*|ruby)$/;
const SHELLS: readonly string[] = ['ash', 'bash', 'dash', 'sh', 'zsh'];
const SYSTEM_PATH = /^\/(usr\/)?(local\/)?s?bin\//;
/** Scripts within scripts are followed this far. */
const DEPTH_MAX = 3;

/**
 * Reads the script of one `RUN`. Words count only where they are programs and subcommands:
 * `update-ca-certificates` and `echo apt-get update` touch no index. An installation must come after
 * the refresh, since one before it used the old index.
 */
export function packageIndexUse(script: string): PackageIndexUse {
  const effects = effectsOf(script, 0);
  const refreshed = effects.indexOf('refresh');
  if (refreshed < 0) return 'untouched';
  const after = effects.slice(refreshed);
  if (after.includes('install')) return 'refreshed-with-install';
  return after.includes('open') ? 'open' : 'refreshed-alone';
}

const effectsOf = (script: string, depth: number): Effect[] =>
  commandsOf(script).flatMap((words) => effectsOfCommand(words, depth));

function effectsOfCommand(words: readonly string[], depth: number): Effect[] {
  const [program = '', ...rest] = withoutWrappers(words);
  const name = program.slice(program.lastIndexOf('/') + 1);
  const manager = MANAGERS.get(name);
  if (manager) return [effectOfManager(manager, rest)];
  if (name === 'pacman') return effectsOfPacman(rest);
  if (SHELLS.includes(name)) return effectsOfShell(rest, depth);
  if (name === 'eval') return depth < DEPTH_MAX ? effectsOf(rest.join(' '), depth + 1) : ['open'];
  const isScript = program.includes('/') && !SYSTEM_PATH.test(program);
  const isOpen = isScript || name === '.' || name === 'source' || INTERPRETERS.test(name);
  return isOpen ? ['open'] : [null];
}

function effectOfManager(
  { refresh, install }: { refresh: string[]; install: string[] },
  words: readonly string[],
): Effect {
  // An option may take a value, so the first word that is a known subcommand counts.
  const subcommand = words.find((word) => refresh.includes(word) || install.includes(word));
  if (subcommand === undefined) return null;
  return install.includes(subcommand) ? 'install' : 'refresh';
}

/** `-Sy` refreshes, `-S name` installs, `-Syu` does both. */
function effectsOfPacman(words: readonly string[]): Effect[] {
  const flags = words.find((word) => /^-[A-Za-z]*S/.test(word)) ?? '';
  const installs = /u/.test(flags) || words.some((word) => !word.startsWith('-'));
  return [/y/.test(flags) ? 'refresh' : null, flags !== '' && installs ? 'install' : null];
}

/** `sh -c 'script'`, or a file of which nothing is known. */
function effectsOfShell(words: readonly string[], depth: number): Effect[] {
  const at = words.findIndex((word) => /^-\w*c$/.test(word));
  const script = at < 0 ? undefined : words[at + 1];
  if (script !== undefined && depth < DEPTH_MAX) return effectsOf(script, depth + 1);
  return ['open'];
}

/** Leaves out assignments, wrappers, and options and numbers of wrappers. */
function withoutWrappers(words: readonly string[]): readonly string[] {
  let at = 0;
  let isAfterWrapper = false;
  for (const word of words) {
    const isAssignment = /^[A-Za-z_]\w*\+?=/.test(word);
    const isWrapper = WRAPPERS.includes(word.slice(word.lastIndexOf('/') + 1));
    const isOption = isAfterWrapper && /^(-|\d)/.test(word);
    if (!isAssignment && !isWrapper && !isOption) break;
    isAfterWrapper ||= isWrapper;
    at += 1;
  }
  return words.slice(at);
}

/** Commands of a script as words without their quotes, split where one command ends. */
function commandsOf(script: string): string[][] {
  const commands: string[][] = [[]];
  const pattern =
    /\\\n|(?<word>(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s;&|()'"\\])+)|(?<end>&&|\|\||[;&|()\n])/g;
  for (const { groups } of script.matchAll(pattern)) {
    if (groups?.word !== undefined) commands.at(-1)?.push(unquoted(groups.word));
    else if (groups?.end !== undefined) commands.push([]);
  }
  return commands.filter((words) => words.length > 0);
}

const unquoted = (word: string): string =>
  word.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
    (_match, single: string | undefined, double: string | undefined, escaped: string | undefined) =>
      single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  );
