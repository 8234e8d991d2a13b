/**
 * Values of one setting of a systemd unit in the order of the texts, drop-ins after the unit; an
 * empty value takes back those before it (systemd.syntax(7)).
 */
export function unitValues(texts: readonly string[], key: string): string[] {
  let values: string[] = [];
  for (const line of texts.flatMap(logicalLines)) {
    const separator = line.indexOf('=');
    if (separator === -1 || line.slice(0, separator).trim() !== key) continue;
    const value = line.slice(separator + 1).trim();
    values = value === '' ? [] : [...values, value];
  }
  return values;
}

/** A backslash at the end joins a line with the next; comments in between are left out. */
function logicalLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*[#;]/.test(line))
    .join('\n')
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.trim());
}

/** Variables that the texts of environment files set; the last one wins (systemd.exec(5)). */
export function environmentOf(texts: readonly string[]): Map<string, string> {
  const assignments = texts.flatMap(logicalLines).flatMap((line) => {
    const match = /^(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line);
    return match ? [[match[1] ?? '', commandWords(match[2] ?? '').join(' ')] as const] : [];
  });
  return new Map(assignments);
}

/**
 * One word of a command line with its variables: one alone, `$NAME`, becomes as many words as it
 * holds, `${NAME}` never more than one (systemd.service(5)).
 */
export function expandWord(word: string, environment: ReadonlyMap<string, string>): string[] {
  const alone = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
  if (alone !== undefined) return commandWords(environment.get(alone) ?? '');
  return [word.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => environment.get(name) ?? '')];
}

/** Words of a command line in a unit: split at blanks, quotes removed. */
export function commandWords(line: string): string[] {
  const words = line.match(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.|[^\s"'\\])+/g) ?? [];
  return words.map((word) =>
    word.replace(
      /"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|\\(.)/g,
      (_, double?: string, single?: string, escaped?: string) =>
        (double ?? single ?? escaped ?? '').replace(/\\(["'\\])/g, '$1'),
    ),
  );
}

/** Where systemd looks for units, the first one that has it wins (systemd.unit(5)). */
export const unitFolders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
] as const;
