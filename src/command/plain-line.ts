/**
 * Undoes what Slack and its clients do to typed text: links (`<http://web1.example|web1.example>`),
 * escaped ids, HTML entities, curly quotes, long dashes and no-break spaces.
 * Source: https://docs.slack.dev/messaging/formatting-message-text (escaping, links).
 */
export function plainLine(text: string): string {
  return text
    .replace(/<([^<>|]*)\|([^<>]*)>/g, (_all, target: string, label: string) =>
      /^[@#!]/.test(target) || label === '' ? target : label,
    )
    .replace(/<([^<>]*)>/g, (_all, target: string) => target.replace(/^mailto:/, ''))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/[“”„‟«»]/g, '"')
    .replace(/[‘’‚‛]/g, "'")
    .replace(/(^|\s)[—–](?=\S)/g, '$1--')
    .replace(/[\s\u00a0\u2007\u202f\u200b\ufeff]+/g, ' ')
    .trim();
}

/** Words of a plain line; single or double quotes keep blanks together, also behind `--flag=`. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/(--[a-z]+=)?(?:"([^"]*)"|'([^']*)')|(\S+)/g)) {
    const [, flag = '', double, single, plain = ''] = match;
    words.push(flag + (double ?? single ?? plain));
  }
  return words;
}
