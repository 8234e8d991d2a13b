import { table } from '../shared/table.ts';

/** Colours of pictures, told from white ground. */
export const ink = { text: '#17202a', soft: '#5c6670', grid: '#dde2e6', gap: '#eef1f3' } as const;

export interface TextStyle {
  anchor?: 'middle' | 'end';
  fill?: string;
  size?: number;
}

/** A line of text at a point in pixels; text of any kind is harmless in it. */
export function svgText(x: number, y: number, words: string, style: TextStyle = {}): string {
  const { anchor, fill = ink.text, size } = style;
  const more = `${anchor ? ` text-anchor="${anchor}"` : ''}${size ? ` font-size="${size}"` : ''}`;
  return `<text x="${svgNumber(x)}" y="${svgNumber(y)}" fill="${fill}"${more}>${escapeXml(words)}</text>`;
}

/** Pixels with one digit after the point. */
export const svgNumber = (value: number): number => Math.round(value * 10) / 10;

const entities = table<string>({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});

/** A lone half of a surrogate pair, or U+FFFE, would make the document unreadable. */
const escapeXml = (words: string) =>
  words
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (char) => entities.get(char) ?? char);
