import { offer } from '../offer.ts';
import type { Frame } from './frame.ts';

const IMPORT_IDEAS =
  'IMAGE FEED SBOM SPDX SOFTWARE LIST JSON EXPORT FRESH VULN SYNC DECIDE_VERB DECIDE_EDGE START CONTAINER INSPECT';
/** What is imported about images, and what about vulnerabilities. */
const OF_IMAGES =
  /\b(?:images?|sboms?|bill of materials|packages?|software)\b|syft|sbom|spdx|cdx|cyclonedx/;
const OF_FEEDS =
  /\b(?:feeds?|advisor\w+|statements?|vulnerabilit\w+|cves?|(?<!image )data)\b|vex|osv|csaf|kev|epss/;

/** A file of packages or of advisories, to be taken in. Decisions, of which the line is given and never run. */
export const imports: Frame = (clues) => {
  const { file, image } = clues.reading;
  if (file === null) return [];
  const text = clues.text();
  const isOfImages = image !== null || (OF_IMAGES.test(text) && !OF_FEEDS.test(text));
  const words = ['import', file.path, ...(image === null ? [] : [image.name])];
  const more = { takes: ['file', 'image', 'strange', 'host', 'label'] as const, hasNoTime: true };
  return [offer(isOfImages ? 'images' : 'feeds', words, 1.1, IMPORT_IDEAS, more)];
};
