/** @import { CommandHint, PageHints } from '../page-state.ts' */

/**
 * One way to go on with a line.
 * @typedef {object} Completion
 * @property {string} line  The whole line after it is taken.
 * @property {string} label
 * @property {string} detail
 */

const MOST = 9;
const EXAMPLES_MOST = 4;

/**
 * How a typed line can go on, best first; nothing for what is no command.
 * @param {string} text
 * @param {PageHints} hints
 * @returns {Completion[]}
 */
export function complete(text, hints) {
  const { command } = hints;
  if (!text.startsWith('/')) return [];
  if (!text.includes(' ')) {
    if (!command.startsWith(text)) return [];
    return [{ line: `${command} `, label: command, detail: 'Ask Seawall' }];
  }
  const [slash = '', ...words] = text.split(/ +/);
  if (slash !== command) return [];
  const [verb = '', ...rest] = words;
  if (rest.length === 0) {
    return hints.commands
      .filter(({ name }) => name.startsWith(verb.toLowerCase()))
      .map(({ name, summary }) => ({ line: `${slash} ${name} `, label: name, detail: summary }));
  }
  const known = hints.commands.find(({ name }) => name === verb.toLowerCase());
  return known ? completeWords(text, rest, known, hints).slice(0, MOST) : [];
}

/**
 * @param {string} text
 * @param {string[]} words
 * @param {CommandHint} command
 * @param {PageHints} hints
 * @returns {Completion[]}
 */
function completeWords(text, words, command, hints) {
  const begun = words.at(-1) ?? '';
  const earlier = words.slice(0, -1);
  const stem = text.slice(0, text.length - begun.length);
  /** @param {readonly string[]} values @param {string} detail */
  const fitting = (values, detail) =>
    values
      .filter((value) => value.toLowerCase().startsWith(begun.toLowerCase()))
      .filter((value) => !earlier.includes(value))
      .map((value) => ({ line: `${stem}${quoted(value)} `, label: value, detail }));

  if (command.takesHost && earlier.at(-1) === 'on') return fitting([...hints.hosts, 'all'], 'host');
  const flags = command.flags.map((flag) => `--${flag}`);
  if (begun.startsWith('-')) return fitting(flags, 'flag');
  const examples = earlier.length === 0 && begun === '' ? examplesOf(command, hints) : [];
  const containers = command.takesContainer && earlier.length === 0 ? hints.containers : [];
  return [
    ...examples,
    ...fitting(containers, 'container'),
    ...fitting(command.words, 'word'),
    ...fitting(command.takesHost && hints.hosts.length > 1 ? ['on'] : [], 'one host, or all'),
    ...fitting(flags, 'flag'),
  ];
}

/**
 * @param {CommandHint} command
 * @param {PageHints} hints
 * @returns {Completion[]}
 */
function examplesOf({ examples, name }, { command }) {
  return examples
    .filter((line) => line !== name)
    .slice(0, EXAMPLES_MOST)
    .map((line) => ({ line: `${command} ${line}`, label: line, detail: 'example' }));
}

/** @param {string} word */
const quoted = (word) => (/\s/.test(word) ? `"${word}"` : word);
