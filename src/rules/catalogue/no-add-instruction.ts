import { counted } from '../../shared/text.ts';
import { historyListed } from '../../snapshot/evidence.ts';
import { otherImage, step } from '../example-facts.ts';
import {
  buildSteps,
  containersOf,
  isRootFilesystem,
  NO_STEPS,
  unusedImage,
} from '../image-origin.ts';
import { defineRule, fail, pass, unknown } from '../rule.ts';

const root = step({ instruction: 'ADD', addsToRoot: true });
const add = step({ instruction: 'ADD' });

export const noAddInstruction = defineRule({
  id: 'no-add-instruction',
  title: 'Images are built with COPY rather than ADD',
  subject: 'image',
  severity: 'low',
  pillar: 'images',
  question: 'no-lone-index-update',
  controls: ['cis-1.6:4.9', 'cis-1.8:4.9'],
  rationale: 'ADD also downloads files and unpacks archives, where a reader expects a plain copy.',
  remediation:
    'Use `COPY` for files, and `RUN curl … && sha256sum --check` or `ADD --checksum` for downloads.',
  fix: { words: 'Use COPY instead of ADD in the image {}' },
  needs: ['images', 'containers'],
  judge(image, { containers }) {
    if (containersOf(image, containers).length === 0) return unusedImage(containers);
    const steps = buildSteps(image);
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
    'not-applicable': [{ image: { ...otherImage, history: [add] } }],
  },
});
