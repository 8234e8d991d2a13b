import { tagsLike } from '../../src/inspections/tags-like.ts';

const tags = ['acme/web:latest', 'registry.example/shop/web:1.2', 'acme/web-admin:3', 'redis:7'];

test.each([
  ['web', ['acme/web:latest', 'registry.example/shop/web:1.2', 'acme/web-admin:3']],
  ['acme/web', ['acme/web-admin:3', 'acme/web:latest']],
  ['rediss', ['redis:7']],
  ['mysql', []],
])('“%s” probably means %j', (word, expected) => {
  expect(tagsLike(word, tags)).toEqual(expected);
});
