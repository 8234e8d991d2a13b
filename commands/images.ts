import type { ImageAnswer, ImagesAnswer } from '../src/answers/image-answer.ts';
import { defineCommand } from '../src/command/command.ts';
import { imageFacets } from '../src/inspections/observe-images.ts';
import type { ImageListsAnswer } from '../src/views/image-lists.ts';

export const images = defineCommand({
  name: 'images',
  task: 'ask',
  topic: 'software',
  summary: 'List the images by age, contents, origin and worst vulnerability, or show one',
  usage:
    'images [<image>] [critical|known-exploited|root|secret|unused|unverified …] [older-than=<30d>] [on <host>|<label>|all] | images import <file> [<image>] | images forget <image>',
  examples: [
    'images',
    'images unused older-than=30d',
    'images critical on web-1',
    'images import ./shop.syft.json',
    'images forget shop:1.2',
  ],
  permission: { '': 'view', '*': 'view', import: 'approve', forget: 'approve' },
  words: {
    ...{ minimum: 0, maximum: 12, takesOthers: true },
    known: () => [...imageFacets, 'older-than=30d', 'import', 'forget'],
  },
  takesHost: true,
  async run(context, request): Promise<ImagesAnswer | ImageAnswer | ImageListsAnswer> {
    const [verb] = request.words;
    if (verb === 'import' || verb === 'forget') {
      const { forgetImageLists, importImageList } = await import(
        '../src/command/import-image-list.ts'
      );
      return verb === 'import'
        ? importImageList(context, request)
        : forgetImageLists(context, request);
    }
    // Comparing versions of eight schemes is loaded by who asks for it.
    const { answerImages } = await import('../src/command/answer-images.ts');
    return answerImages(context, request);
  },
});
