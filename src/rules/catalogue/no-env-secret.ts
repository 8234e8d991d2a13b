import { counted, enumerate } from '../../shared/text.ts';
import { inspected } from '../../snapshot/evidence.ts';
import type { ValueClass } from '../../snapshot/facts/container.ts';
import { isSecret } from '../../snapshot/normalise/environment.ts';
import { defineRule, fail, pass } from '../rule.ts';

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
      { container: having('DB_PASSWORD_FILE', 'file-reference') },
      { container: having('API_TOKEN', 'empty') },
      { container: having('PATH', 'plain') },
    ],
    fail: [
      { container: having('DB_PASSWORD', 'password') },
      { container: having('AWS_ACCESS_KEY_ID', 'cloud-key') },
      { container: having('CERT', 'private-key') },
      { container: { ...having('X', 'token'), state: 'exited' } },
      { container: having('DATABASE_URL', 'connection-string-with-password') },
      { container: having('API_TOKEN', 'token'), image: having('API_TOKEN', 'token') },
    ],
  },
});

function having(name: string, valueClass: ValueClass) {
  return { environment: [{ name, valueClass }] };
}
