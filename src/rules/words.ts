/**
 * `a`, `a and b`, `a, b and 3 more`: the first `limit` of a list in words, so that a message stays
 * short however long the list is.
 */
export function enumerate(items: readonly string[], limit = 3): string {
  const [first = ''] = items;
  if (items.length < 2) return first;
  const shown = items.slice(0, limit);
  const hidden = items.length - shown.length;
  if (hidden > 0) return `${shown.join(', ')} and ${hidden} more`;
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
