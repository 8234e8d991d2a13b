import { evidence } from '../../src/views/evidence.ts';
import { hostileAnswers, hostState } from '../support/hostile-answers.ts';

const noteOn = (url: string, kind: 'unix' | 'tcp') => {
  const { summary } = evidence({ ...hostileAnswers.evidence, host: hostState({ url, kind }) });
  return JSON.stringify(summary);
};

test('commands say which engine they are for, where that is not the usual one', () => {
  const said = noteOn("unix:///run/user/1000/a'; reboot; '/docker.sock", 'unix');

  expect(said).toContain('export DOCKER_HOST=');
  expect(said).toContain(`'unix:///run/user/1000/a'\\\\''; reboot; '\\\\''/docker.sock'`);
});

test.each([
  ['unix:///var/run/docker.sock', 'unix'],
  ['unix:///run/docker.sock', 'unix'],
  // On that host it has a socket of its own.
  ['tcp://10.0.0.1:2376', 'tcp'],
] as const)('of %s they say nothing', (url, kind) => {
  expect(noteOn(url, kind)).not.toContain('DOCKER_HOST');
});
