import { counted } from '../../shared/text.ts';
import { historyListed } from '../../snapshot/evidence.ts';
import type { HistoryStep } from '../../snapshot/facts/image.ts';
import { otherImage, step } from '../example-facts.ts';
import { buildSteps, containersOf, NO_STEPS, unusedImage } from '../image-origin.ts';
import { defineRule, fail, pass, unknown } from '../rule.ts';

const alone = step({ packageIndex: 'refreshed-alone' });
const together = step({ packageIndex: 'refreshed-with-install' });
const open = step({ packageIndex: 'open' });

export const noLoneIndexUpdate = defineRule({
  id: 'no-lone-index-update',
  title: 'Package index is refreshed in the layer that installs',
  subject: 'image',
  severity: 'low',
  pillar: 'images',
  controls: ['cis-1.6:4.7', 'cis-1.8:4.7'],
  rationale: 'The next build takes such a layer from the cache and installs old packages.',
  remediation: 'Write one step: `RUN apt-get update && apt-get install --yes …`.',
  fix: { words: 'Refresh and install in one layer of the image {}' },
  needs: ['images', 'containers'],
  judge(image, { containers }) {
    if (containersOf(image, containers).length === 0) return unusedImage(containers);
    const steps = buildSteps(image);
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
    'not-applicable': [{ image: { ...otherImage, history: [alone] } }],
  },
});
