import { registriesOf } from '../../../src/snapshot/normalise/image.ts';

it('are named by references and by the engine, each once', () => {
  const references = [
    'redis:7',
    'library/redis@sha256:1',
    'registry.example:5000/team/web:1.0',
    'registry.example:5000/team/api',
    'localhost/x',
    '<none>:<none>',
  ];

  expect(registriesOf(references, ['10.0.0.1:5000'])).toEqual([
    '10.0.0.1:5000',
    'docker.io',
    'localhost',
    'registry.example:5000',
  ]);
});

it.each(['..', 'a/../b', '../../root/x', 'a b', '', '.hidden'])('never lead out by %j', (name) => {
  expect(registriesOf([], [name])).toEqual([]);
});

it('are fifty at most', () => {
  const told = Array.from({ length: 99 }, (_, i) => `r${i}.example`);

  expect(registriesOf([], told)).toHaveLength(50);
});
