import { enumerate } from '../../shared/text.ts';
import { historyListed, imageInspected } from '../../snapshot/evidence.ts';
import { isSecret, secretLine } from '../../snapshot/normalise/environment.ts';
import { otherImage, step } from '../example-facts.ts';
import { defineRule, fail, pass } from '../rule.ts';

const password = { name: 'DB_PASSWORD', valueClass: 'password' } as const;
const token = { name: 'NPM_TOKEN', valueClass: 'token' } as const;

export const noImageSecret = defineRule({
  id: 'no-image-secret',
  title: 'Image environment and build history hold no secrets',
  subject: 'image',
  severity: 'high',
  pillar: 'images',
  controls: ['cis-1.6:4.10', 'cis-1.8:4.10'],
  rationale:
    'Everybody who can pull an image reads its environment and its history; deleting in a later step hides nothing.',
  remediation:
    'Hand secrets to a build with `RUN --mount=type=secret`, to a container as a file; then change the secret.',
  fix: { words: 'Take the secrets out of the image {}' },
  // Unused images count too: to read a secret nobody has to run one.
  judge(image) {
    const inEnvironment = image.environment.filter(isSecret);
    const inHistory = image.history.flatMap(({ variables }) => variables.filter(isSecret));
    const evidence = [
      imageInspected('Config.Env (names and classes)', inEnvironment.map(secretLine)),
      historyListed('steps of the build (names and classes)', inHistory.map(secretLine)),
    ];
    const names = new Set([...inEnvironment, ...inHistory].map(({ name }) => name));
    if (names.size > 0) return fail(`holds secrets: ${enumerate([...names])}`, evidence);
    const message = 'has none like a known kind of secret in environment and history; files unread';
    return pass(message, evidence);
  },
  examples: {
    pass: [
      {},
      { image: { environment: [{ name: 'PATH', valueClass: 'plain' }] } },
      { image: { history: [step({ variables: [{ name: 'NPM_TOKEN', valueClass: 'empty' }] })] } },
    ],
    fail: [
      { image: { environment: [password] } },
      { image: { history: [step({ variables: [token] })] } },
      { image: { history: [step({ instruction: 'ARG', variables: [token] })], environment: [] } },
      { image: { ...otherImage, environment: [password] } },
    ],
  },
});
