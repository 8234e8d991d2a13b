/** Every text of blocks, or of a foreign message, in order: the leaves of a rich text section are one line. */
export function textLines(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textLines);
  if (typeof value !== 'object' || value === null) return [];
  const lines = Object.entries(value).flatMap(([key, item]) =>
    key === 'text' && typeof item === 'string' ? [item] : textLines(item),
  );
  return 'type' in value && value.type === 'rich_text_section' ? [lines.join('')] : lines;
}
