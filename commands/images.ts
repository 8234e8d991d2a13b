import type { ImageAnswer, ImagesAnswer } from '../src/answers/image-answer.ts';
import { defineCommand } from '../src/command/command.ts';
import { imageFacets } from '../src/inspections/observe-images.ts';

export const images = defineCommand({
  name: 'images',
  task: 'ask',
  topic: 'software',
  summary: 'List the images by age, contents, origin and worst vulnerability, or show one',
  usage:
    'images [<image>] [critical|known-exploited|root|secret|unused|unverified …] [older-than=<30d>] [on <host>|on all]',
  examples: ['images', 'images unused older-than=30d', 'images critical on web-1'],
  permission: 'view',
  words: {
    ...{ minimum: 0, maximum: 12, takesOthers: true },
    known: () => [...imageFacets, 'older-than=30d'],
  },
  takesHost: true,
  async run(context, request): Promise<ImagesAnswer | ImageAnswer> {
    // Comparing versions of eight schemes is loaded by who asks for it.
    const { answerImages } = await import('../src/command/answer-images.ts');
    return answerImages(context, request);
  },
});
