import type { Reading } from './read-question.ts';

/** “Prod: who has root?”, “root (prod)”. */
const PLACED = /^([\w.=-]{2,60}): (?=\S)|\s\(([\w.=-]{2,60})\)/;

/** A question of one sentence with the host or label before its colon, or in brackets, as its place. */
export function withPlace(text: string, read: (text: string) => Reading): string {
  const [said, before, aside] = PLACED.exec(text) ?? [];
  const word = before ?? aside;
  if (said === undefined || word === undefined) return text;
  const rest = text.replace(said, '').trim();
  const place = read(`on ${word}`);
  const isPlace = place.tokens.length === 2 && place.hosts.length + place.labels.length === 1;
  const { hosts, labels, leftOut } = read(rest);
  const isOther = hosts.length + labels.length + leftOut.length > 0 || /[.!?;:]\s/.test(rest);
  return isPlace && !isOther ? rest.replace(/[?.!]*$/, (end) => ` on ${word}${end}`) : text;
}
