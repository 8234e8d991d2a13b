import type { Place } from './find-subjects.ts';
import type { Token } from './split-question.ts';

/** A file or a folder that is to be imported, in the letters in which it was typed. */
export interface FoundFile extends Place {
  path: string;
}

const PATH =
  /(?<![\w./-])(?:(?:\.{0,2}\/)[\w./-]{1,200}|[\w-][\w./-]{0,200}\.(?:json|zip|xml|spdx|gz|tgz))(?![\w/-])/;
/** A file that is no place in a container. */
const NAMED = /(?<![\w./-])[\w./-]{1,200}\.(?:json|zip|xml|spdx|gz|tgz)(?![\w/-])/;

const IMPORTS = /^(?:import\w*|ingest|upload)$/;
/** As the verb of a request alone: containers read files as well. */
const READS = /^(?:load|read)$/;
const BEFORE = /^(?:|please|pls|kindly|you|and|then|just)$/;

/** The first path of a question that has a word for importing, or of what is told before it: a file by its name. */
export function findFile(
  question: string,
  tokens: readonly Token[],
  isTold: boolean,
): FoundFile | null {
  const isImported = tokens.some(
    ({ text }, at) =>
      IMPORTS.test(text) ||
      (text === 'take' && tokens[at + 1]?.text === 'in') ||
      (READS.test(text) && BEFORE.test(tokens[at - 1]?.text ?? '')),
  );
  if (!isImported && !isTold) return null;
  const path = (isImported ? PATH : NAMED).exec(question)?.[0].replace(/\.$/, '') ?? '';
  const from = tokens.findIndex(({ text }) => text === path.toLowerCase());
  return from < 0 ? null : { path, from, length: 1 };
}
