import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { backOffMs } from '../timers/back-off.ts';
import { pause } from '../timers/pause.ts';
import { fitsBlock, pictureSvg, type Shown, withPictures } from '../views/message-pictures.ts';
import type { SlackChart, SlackMessage } from '../views/slack-messages.ts';

/** Chooses, message by message, how Slack shows a chart. */
export interface Pictures {
  /**
   * Sends in the best variant that is taken: own block, image, words. `isRefusal` tells whether another
   * variant may do; any other failure rejects at once, and so does a refusal of the words.
   */
  send<T>(message: SlackMessage, parts: ShowParts<T>): Promise<Sent<T>>;
}

export interface ShowParts<T> {
  upload: UploadPicture;
  attempt: (variant: SlackMessage) => Promise<T>;
  isRefusal: (error: unknown) => boolean;
}

export interface Sent<T> {
  answer: T;
  /** Pictures that no variant of the message showed although they could be drawn. */
  unshown: Picture[];
}

export interface Picture {
  name: string;
  bytes: Uint8Array;
  /** What it shows, in words. */
  alternative: string;
}

/** Gives a picture to Slack without showing it anywhere; the id of the file. */
export type UploadPicture = (picture: Picture) => Promise<string>;

/** Slack takes an uploaded file into a message about a second later (slackapi/python-slack-sdk#1521). */
const IMAGE_TRIES = 4;
const IMAGE_WAIT_MAX_MS = 8_000;
/** Uploads that are remembered, so that an edited message does not upload its picture again. */
const UPLOADS_KEPT = 50;

type Variant = { kind: Shown['kind']; message: SlackMessage };

/** One for each workspace: whether it takes charts is remembered until the process ends. */
export function createPictures(retryMs: number, log: Logger): Pictures {
  let isBlockRefused = false;
  const uploads = new Map<string, string>();

  async function showAsImage(chart: SlackChart['chart'], upload: UploadPicture): Promise<Shown> {
    const svg = pictureSvg(chart);
    const known = uploads.get(svg);
    if (known !== undefined) return { kind: 'image', fileId: known };
    try {
      const fileId = await upload(await toPicture(chart));
      uploads.set(svg, fileId);
      for (const oldest of uploads.keys()) {
        if (uploads.size <= UPLOADS_KEPT) break;
        uploads.delete(oldest);
      }
      return { kind: 'image', fileId };
    } catch (error) {
      return { kind: 'words', why: whyNoPicture(error, log) };
    }
  }

  async function variantOf(
    { isBlockAllowed }: { isBlockAllowed: boolean },
    message: SlackMessage,
    upload: UploadPicture,
  ): Promise<Variant> {
    const { charts = [] } = message;
    // All or none: so a refusal says which of the two ways is not taken.
    const isBlock = isBlockAllowed && charts.every(({ chart }) => fitsBlock(chart));
    const shown = new Map<SlackChart, Shown>();
    for (const one of charts) {
      shown.set(one, isBlock ? { kind: 'block' } : await showAsImage(one.chart, upload));
    }
    const kinds = [...shown.values()].map(({ kind }) => kind);
    const kind = kinds.find((one) => one !== 'words') ?? 'words';
    return { kind, message: withPictures(message, (one) => shown.get(one) ?? inWords) };
  }

  async function sendImages<T>(variant: Variant, { attempt, isRefusal }: ShowParts<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(variant.message);
      } catch (error) {
        const isLast = variant.kind !== 'image' || tries >= IMAGE_TRIES;
        if (isLast || !isRefusal(error)) throw error;
        await pause(backOffMs(tries, { least: retryMs, most: IMAGE_WAIT_MAX_MS }));
      }
    }
  }

  async function send<T>(message: SlackMessage, parts: ShowParts<T>): Promise<Sent<T>> {
    const { upload, attempt, isRefusal } = parts;
    const refused = (error: unknown, kind: Shown['kind']) => {
      if (kind === 'words' || !isRefusal(error)) throw error;
      log.info({ kind }, 'Slack refused a message with a chart in this variant');
    };
    const first = await variantOf({ isBlockAllowed: !isBlockRefused }, message, upload);
    try {
      return { answer: await sendImages(first, parts), unshown: [] };
    } catch (error) {
      refused(error, first.kind);
    }
    if (first.kind === 'block') {
      const second = await variantOf({ isBlockAllowed: false }, message, upload);
      try {
        const answer = await sendImages(second, parts);
        isBlockRefused = true;
        return { answer, unshown: [] };
      } catch (error) {
        refused(error, second.kind);
      }
    }
    const answer = await attempt(withPictures(message, () => inWords));
    return { answer, unshown: await drawAll(message, log) };
  }

  return { send };
}

const inWords: Shown = { kind: 'words', why: null };

async function toPicture(chart: SlackChart['chart']): Promise<Picture> {
  const { title, alternative } = chart;
  const name = `${title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)}.png`;
  const { drawPng } = await import('./draw-png.ts');
  return { name, bytes: await drawPng(pictureSvg(chart)), alternative };
}

async function drawAll({ charts = [] }: SlackMessage, log: Logger): Promise<Picture[]> {
  try {
    return await Promise.all(charts.map(({ chart }) => toPicture(chart)));
  } catch (error) {
    log.error({ error }, 'a chart could not be drawn');
    return [];
  }
}

/** A picture is never worth the answer: what it shows stands in words. */
function whyNoPicture(error: unknown, log: Logger): string {
  if (!(error instanceof OutsideError)) {
    log.error({ error }, 'a chart could not be drawn');
    return 'it could not be drawn on this machine';
  }
  log.info({ reason: error.detail }, 'a picture was not taken');
  return error.detail === 'missing_scope'
    ? 'the Slack app lacks the scope files:write'
    : `Slack said ${error.detail}`;
}
