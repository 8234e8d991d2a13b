import type { Block } from '../blocks/block.ts';
import { limits } from '../blocks/limits.ts';
import { clamp, visible } from '../shared/text.ts';
import { chartBlock } from './chart-block.ts';
import type { PicturePart } from './document.ts';
import { plainNotice, type SlackChart, type SlackMessage } from './slack-messages.ts';

/** How the picture of a message is shown: by Slack itself, as an uploaded image, or in words with why. */
export type Shown =
  | { kind: 'block' }
  | { kind: 'image'; fileId: string }
  | { kind: 'words'; why: string | null };

/** True when Slack's own block can say all of the picture. */
export const fitsBlock = (picture: PicturePart): boolean => blockOf(picture) !== null;

const blockOf = (picture: PicturePart) => (picture.kind === 'chart' ? chartBlock(picture) : null);

/** The message with each of its pictures as `show` says; the words of each stay below it. */
export function withPictures(
  { text, blocks, charts = [] }: SlackMessage,
  show: (chart: SlackChart) => Shown,
): SlackMessage {
  const shown = blocks.flatMap((block, index) => {
    const here = charts.filter(({ before }) => before === index);
    return [...here.flatMap((one) => toBlocks(one, show(one))), block];
  });
  return { text, blocks: shown };
}

function toBlocks({ chart }: SlackChart, shown: Shown): Block[] {
  if (shown.kind === 'image') {
    const words = visible(chart.alternative || chart.title) || 'picture';
    const alt_text = clamp(words, limits.imageAltText.value);
    return [{ type: 'image', slack_file: { id: shown.fileId }, alt_text }];
  }
  if (shown.kind === 'words') {
    return shown.why === null ? [] : plainNotice(`No picture here: ${shown.why}.`).blocks;
  }
  const block = blockOf(chart);
  return block === null ? [] : [block];
}
