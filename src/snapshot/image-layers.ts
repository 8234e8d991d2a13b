import { type Foreign, field, listOrEmpty, text } from './foreign.ts';

/** The layers of an inspected image as one text, the same for images of the same files; empty when it names none. */
export const layersOf = (image: Foreign): string =>
  listOrEmpty(field(image, 'RootFS', 'Layers'))
    .map(text)
    .join(' ');
