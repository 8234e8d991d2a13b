import { chartSvg } from './chart-svg.ts';
import type { PicturePart } from './document.ts';
import { hostMapSvg } from './host-map-svg.ts';

/** A picture as an SVG, 1,000 pixels wide, with text in the font Inter; no text is harmful in it. */
export const pictureSvg = (picture: PicturePart): string =>
  picture.kind === 'chart' ? chartSvg(picture) : hostMapSvg(picture);
