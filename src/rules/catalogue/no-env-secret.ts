import { counted } from '../../shared/text.ts';
import { inspected } from '../../snapshot/evidence.ts';
import { defineRule, fail, pass } from '../rule.ts';
import { isSecret } from '../secret-classes.ts';
import { enumerate } from '../words.ts';

export const noEnvSecret = defineRule({
  id: 'no-env-secret',
  title: 'Container environments hold no secrets',
  subject: 'container',
  severity: 'high',
  pillar: 'privilege',
  controls: [],
  rationale:
    'Environment variables are shown by `docker inspect`, inherited by every child process and written into crash reports.',
  remediation:
    'Mount the secret as a file (`--secret`, a tmpfs or a secret store) and pass its path, e.g. `DB_PASSWORD_FILE`; then change the secret.',
  fix: { words: 'Move the secrets out of the environment of {}' },
  facet: 'env-secret',
  needs: ['containers'],
  consults: ['images'],
  judge(container, { images }) {
    const secrets = container.environment.filter(isSecret);
    if (secrets.length === 0) {
      const count = container.environment.length;
      return pass(
        `has ${counted(count, 'environment variable')}, none like a known kind of secret`,
        [inspected('Config.Env (variables)', count)],
      );
    }
    const image =
      images.state === 'read'
        ? images.value.read.find((one) => one.id === container.imageId)
        : undefined;
    const inherited = new Set(image?.environment.filter(isSecret).map(({ name }) => name));
    const described = secrets.map(
      ({ name, valueClass }) =>
        `${name} (${valueClass}${inherited.has(name) ? ', also set by the image' : ''})`,
    );
    return fail(`has secrets in its environment: ${enumerate(secrets.map(({ name }) => name))}`, [
      inspected('Config.Env (names and classes)', described),
    ]);
  },
  examples: {
    pass: [
      { container: { environment: [] } },
      { container: { environment: [{ name: 'DB_PASSWORD_FILE', valueClass: 'file-reference' }] } },
      { container: { environment: [{ name: 'API_TOKEN', valueClass: 'empty' }] } },
      { container: { environment: [{ name: 'PATH', valueClass: 'plain' }] } },
    ],
    fail: [
      { container: { environment: [{ name: 'DB_PASSWORD', valueClass: 'password' }] } },
      { container: { environment: [{ name: 'AWS_ACCESS_KEY_ID', valueClass: 'cloud-key' }] } },
      { container: { environment: [{ name: 'CERT', valueClass: 'private-key' }] } },
      { container: { environment: [{ name: 'X', valueClass: 'token' }], state: 'exited' } },
      {
        container: {
          environment: [{ name: 'DATABASE_URL', valueClass: 'connection-string-with-password' }],
        },
      },
      {
        container: { environment: [{ name: 'API_TOKEN', valueClass: 'token' }] },
        image: { environment: [{ name: 'API_TOKEN', valueClass: 'token' }] },
      },
    ],
  },
});
