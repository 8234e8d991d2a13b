import { counted } from '../../shared/text.ts';
import { historyListed } from '../../snapshot/evidence.ts';
import type { HistoryStep, ImageFacts } from '../../snapshot/facts/image.ts';
import { step } from '../example-facts.ts';
import { fail, pass, unknown } from '../rule.ts';
import { usedImageRule } from '../used-image.ts';

/** Why an image without a readable build step cannot be judged by its history. */
const NO_STEPS = 'its history names no build step: it was imported, squashed or built otherwise';

/** The steps of a Dockerfile, newest first; layers that no Dockerfile made are left out. */
const stepsOf = (image: ImageFacts): HistoryStep[] =>
  image.history.filter(({ instruction }) => instruction !== '');

/**
 * True for the ADD that brings the root filesystem of a base image: its target is `/`, and no older
 * step made a layer. Nothing else can begin an image, so it is no choice of a builder.
 */
const isRootFilesystem = (step: HistoryStep, older: readonly HistoryStep[]): boolean =>
  step.instruction === 'ADD' &&
  step.addsToRoot &&
  older.every(({ sizeBytes, instruction }) => sizeBytes === 0 && instruction !== 'RUN');

const root = step({ instruction: 'ADD', addsToRoot: true });
const add = step({ instruction: 'ADD' });
const alone = step({ packageIndex: 'refreshed-alone' });
const together = step({ packageIndex: 'refreshed-with-install' });
const open = step({ packageIndex: 'open' });

/** How the steps of a Dockerfile were written, by the history of its image. */
export const buildSteps = [
  usedImageRule({
    id: 'no-add-instruction',
    title: 'Images are built with COPY rather than ADD',
    severity: 'low',
    question: 'no-lone-index-update',
    controls: ['cis-1.6:4.9', 'cis-1.8:4.9'],
    rationale:
      'ADD also downloads files and unpacks archives, where a reader expects a plain copy.',
    remediation:
      'Use `COPY` for files, and `RUN curl … && sha256sum --check` or `ADD --checksum` for downloads.',
    fix: { words: 'Use COPY instead of ADD in the image {}' },
    judge(image) {
      const steps = stepsOf(image);
      const evidence = [
        historyListed(
          'instructions',
          steps.map(({ instruction }) => instruction),
        ),
      ];
      if (steps.length === 0) return unknown(NO_STEPS, evidence);
      const added = image.history.filter(
        (one, index) =>
          one.instruction === 'ADD' && !isRootFilesystem(one, image.history.slice(index + 1)),
      ).length;
      return added > 0
        ? fail(`is built with ${counted(added, 'ADD')}`, evidence)
        : pass('is built without ADD, as far as its history goes', evidence);
    },
    examples: {
      pass: [
        { image: { history: [step(), step({ instruction: 'COPY' })] } },
        { image: { history: [step({ instruction: 'ENV', sizeBytes: 0 }), root] } },
        { image: { history: [step(), root, step({ instruction: 'ARG', sizeBytes: 0 })] } },
        { image: { history: [step({ instruction: 'ENV' })] } },
      ],
      fail: [
        { image: { history: [add] } },
        { image: { history: [add, root] } },
        { image: { history: [root, step(), root] } },
        { image: { history: [add, step({ instruction: '' })] } },
      ],
      unknown: [{ image: { history: [] } }, { image: { history: [step({ instruction: '' })] } }],
    },
  }),
  usedImageRule({
    id: 'no-lone-index-update',
    title: 'Package index is refreshed in the layer that installs',
    severity: 'low',
    controls: ['cis-1.6:4.7', 'cis-1.8:4.7'],
    rationale: 'The next build takes such a layer from the cache and installs old packages.',
    remediation: 'Write one step: `RUN apt-get update && apt-get install --yes …`.',
    fix: { words: 'Refresh and install in one layer of the image {}' },
    judge(image) {
      const steps = stepsOf(image);
      const ofUse = (use: HistoryStep['packageIndex']) =>
        steps.filter(({ packageIndex }) => packageIndex === use).length;
      const lone = ofUse('refreshed-alone');
      const evidence = [
        historyListed('build steps', steps.length),
        historyListed('steps that refresh the package index alone', lone),
        historyListed('steps that refresh it and install', ofUse('refreshed-with-install')),
      ];
      if (steps.length === 0) return unknown(NO_STEPS, evidence);
      if (lone > 0) {
        const message = `refreshes the package index without installing in ${counted(lone, 'step')}`;
        return fail(message, evidence);
      }
      if (ofUse('open') > 0) {
        const reason = 'a step refreshes the package index and then runs a script that may install';
        return unknown(reason, evidence);
      }
      return pass('refreshes no package index alone', evidence);
    },
    examples: {
      pass: [
        { image: { history: [step()] } },
        { image: { history: [together, step({ instruction: '' })] } },
      ],
      fail: [
        { image: { history: [alone] } },
        { image: { history: [step(), alone] } },
        { image: { history: [together, alone] } },
        { image: { history: [open, alone] } },
      ],
      unknown: [
        { image: { history: [] } },
        { image: { history: [step({ instruction: '' })] } },
        { image: { history: [open] } },
      ],
    },
  }),
] as const;
