import type { HistoryStep, ImageFacts } from '../snapshot/facts/image.ts';

/** Why an image without a readable build step cannot be judged by its history. */
export const NO_STEPS =
  'its history names no build step: it was imported, squashed or built otherwise';

/** The steps of a Dockerfile, newest first; layers that no Dockerfile made are left out. */
export const buildSteps = (image: ImageFacts): HistoryStep[] =>
  image.history.filter(({ instruction }) => instruction !== '');

/**
 * True for the ADD that brings the root filesystem of a base image: its target is `/`, and no older
 * step made a layer. Nothing else can begin an image, so it is no choice of a builder.
 */
export const isRootFilesystem = (step: HistoryStep, older: readonly HistoryStep[]): boolean =>
  step.instruction === 'ADD' &&
  step.addsToRoot &&
  older.every(({ sizeBytes, instruction }) => sizeBytes === 0 && instruction !== 'RUN');
