import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderAsync } from '@resvg/resvg-js';

/** Pixels for each of the picture's own: sharp on a phone, and about 60 KB. */
const ZOOM = 2;

/**
 * An SVG as PNG, byte for byte the same each time. Rejects for what is no SVG. Import this with the first picture: the library
 * has a native part, and without one for this machine that import fails, and everything but pictures works.
 */
export async function drawPng(svg: string): Promise<Uint8Array> {
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: ZOOM },
    // Without a font file resvg draws no text and says nothing; the system's fonts differ.
    font: { loadSystemFonts: false, fontFiles: [fontFile()], defaultFontFamily: 'Inter' },
  });
  return image.asPng();
}

function fontFile(): string {
  const path = join(packageRoot(import.meta.dirname), 'fonts', 'Inter-Regular.ttf');
  if (!existsSync(path)) throw new Error(`${path} is missing: the package is incomplete`);
  return path;
}

/** The sources lie one folder deeper in the built package than in a checkout. */
function packageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json above ${start}`);
  }
}
