import type { Command } from '../command/command.ts';
import { type Rule, severities } from '../rules/rule.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What can be typed after `seawall`, or after a verb. */
export interface Completions {
  /** First words: verbs and programs, each with what it does. */
  first: { name: string; summary: string }[];
  /** Words that may follow a verb. */
  verbs: { name: string; words: string[]; names: readonly AskedNames[] }[];
  severities: readonly string[];
}

const EVERY_VERB = ['--json', '--fail-on'];

/** Names that a script asks `seawall completion` for, when somebody presses Tab; `selections`: what means hosts. */
export type AskedNames = 'hosts' | 'containers' | 'selections';

/** Made from the declarations of commands; `programs` are what `seawall` itself runs. */
export function completionsOf(
  commands: readonly Command[],
  rules: readonly Rule[],
  programs: readonly { name: string; summary: string; words?: readonly string[] }[],
): Completions {
  const verbs = commands.map((command) => {
    const { name, usage, takesHost, takesAt = false, takesSince = false, flags = {} } = command;
    const known = command.words.known?.({ commands, rules, hosts: [] }) ?? [];
    const clauses = { on: takesHost, at: takesAt, since: takesSince };
    const keywords = Object.entries(clauses).flatMap(([word, isTaken]) => (isTaken ? [word] : []));
    const options = Object.keys(flags).map((flag) => `--${flag}`);
    return {
      name,
      words: [...known, ...keywords, ...options, ...EVERY_VERB].filter(isPlain),
      names: [
        ...(/[<[]host\b/.test(usage.replaceAll(/on <host>/g, '')) ? (['hosts'] as const) : []),
        ...(/[<[|]container\b/.test(usage) ? (['containers'] as const) : []),
      ],
    };
  });
  // A command may have a program of its name that knows more options.
  const others = programs.filter(({ name }) => !commands.some((one) => one.name === name));
  const ofPrograms = others.map(({ name, words = [] }) => ({
    ...{ name, words: words.filter(isPlain), names: [] },
  }));
  return {
    first: [...commands, ...others].map(({ name, summary }) => ({ name, summary })),
    verbs: [...verbs, ...ofPrograms.filter(({ words }) => words.length > 0)],
    severities,
  };
}

/** What every shell takes for one word that means nothing but itself. */
export const isPlain = (word: string): boolean => /^-{0,2}[A-Za-z0-9][A-Za-z0-9._/=-]*$/.test(word);

/** A script for the shell; hosts and containers it asks `seawall completion` for when they are needed. */
export function completionScript(shell: Shell, completions: Completions): string {
  return `${{ bash, zsh, fish }[shell](completions)}\n`;
}

const ask = (names: AskedNames) => `seawall completion ${names} 2>/dev/null`;
const SELECTIONS = `$(${ask('selections')})`;

const branches = ({ verbs }: Completions, line: (words: string) => string): string =>
  verbs
    .map(({ name, words, names }) => {
      const offered = [...words, ...names.map((one) => `$(${ask(one)})`)].join(' ');
      return `      ${name}) ${line(offered)} ;;`;
    })
    .join('\n');

/** What may stand next, in the words that bash and zsh have alike; they count words in their own way. */
const offers = (completions: Completions, { isFirst, verb }: Record<'isFirst' | 'verb', string>) =>
  `  if (( ${isFirst} )); then
    offered='${completions.first.map(({ name }) => name).join(' ')}'
  elif [[ $before == on ]]; then
    offered="all not ${SELECTIONS}"
  elif [[ $before == --fail-on ]]; then
    offered='${completions.severities.join(' ')}'
  else
    case \${${verb}} in
${branches(completions, (words) => `offered="${words}"`)}
    esac
  fi`;

// Words are compared, not handed to `compgen -W`, which would run what stands in them.
const bash = (completions: Completions): string => `# Completion of seawall for bash: load it with
#   source <(seawall completion bash)
_seawall() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} offered='' word
${offers(completions, { isFirst: 'COMP_CWORD == 1', verb: 'COMP_WORDS[1]' })}
  COMPREPLY=()
  for word in $offered; do
    if [[ $word == "$current"* ]]; then COMPREPLY+=("$word"); fi
  done
}
complete -F _seawall seawall`;

const zsh = (completions: Completions): string => `#compdef seawall
# Completion of seawall for zsh: write it to a file named _seawall in a folder of $fpath.
_seawall() {
  local before=\${words[CURRENT-1]} offered=''
${offers(completions, { isFirst: 'CURRENT == 2', verb: 'words[2]' })}
  compadd -- \${=offered}
}
if (( $+functions[compdef] )); then compdef _seawall seawall; fi
if [[ \${funcstack[1]} == _seawall ]]; then _seawall "$@"; fi`;

const fish = ({ first, verbs, severities: known }: Completions): string => {
  const cases = verbs.map(({ name, words, names }) => {
    const asked = names.map((one) => `            ${ask(one)}`);
    return [
      `          case ${name}`,
      `            string split ' ' -- '${words.join(' ')}'`,
      ...asked,
    ].join('\n');
  });
  const told = first.map(
    ({ name, summary }) => `      printf '%s\\t%s\\n' ${name} ${quote(summary)}`,
  );
  return `# Completion of seawall for fish: write it to ~/.config/fish/completions/seawall.fish
function __seawall_offer
  set -l typed (commandline -opc)
  if test (count $typed) -eq 1
${told.join('\n')}
    return
  end
  switch $typed[-1]
    case on
      echo all
      echo not
      ${ask('selections')}
    case --fail-on
      string split ' ' -- '${known.join(' ')}'
    case '*'
      switch $typed[2]
${cases.join('\n')}
      end
  end
end
complete -c seawall -f -a '(__seawall_offer)'`;
};

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
