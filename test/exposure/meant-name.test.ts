import { isSourceMeant, sourcesCalled } from '../../src/exposure/meant-name.ts';

it.each([
  ['xz', 'xz-utils'],
  ['xz-utils', 'xz'],
  ['Bind', 'bind9'],
  ['postgresql', 'postgresql-15'],
  ['postgres', 'postgresql-15'],
  ['python', 'python3.11'],
  ['php', 'php8.2'],
  ['node', 'nodejs'],
  ['httpd', 'apache2'],
  ['apache2', 'httpd'],
  ['openjdk', 'openjdk-17'],
  ['zlib', 'zlib'],
])('who asks for %s may mean what is built from %s', (asked, source) => {
  expect(isSourceMeant(asked, source)).toBe(true);
});

it.each([
  ['redis', 'valkey'],
  ['mysql', 'mariadb'],
  ['postgresql', 'postgresql-common'],
  ['python', 'python-django'],
  ['xz', 'xzgv'],
  ['apache', 'apache2'],
  ['php', 'php-twig'],
  ['node', 'node-lodash'],
])('who asks for %s does not mean %s', (asked, source) => {
  expect(isSourceMeant(asked, source)).toBe(false);
});

it('a name that no other distribution has stands for itself', () => {
  expect(sourcesCalled('OpenSSL')).toEqual(['openssl']);
});
