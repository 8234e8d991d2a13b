/**
 * JSON in which every character that acts instead of showing (C1 controls, bidi marks, zero-width
 * ones) is escaped, so that the file is harmless on a terminal and parses to the same values.
 */
export function safeJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  const escaped = text.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${escaped}\n`;
}
