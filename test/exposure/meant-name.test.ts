import { isSourceMeant, mayBeMeantBy, sourcesCalled } from '../../src/exposure/meant-name.ts';

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

it.each([
  ['Log4j', 'org.apache.logging.log4j:log4j-core', true],
  ['log4j', 'liblog4j2-java', true],
  ['ssl', 'libssl3', true],
  ['apache', 'apache2', true],
  ['laravel', 'laravel/framework', true],
  ['angular', '@angular/core', true],
  ['lodash', 'lodash.merge', true],
  ['log4j', 'org.apache.logging.log4j:log4j', false],
  ['logging', 'org.apache.logging.log4j:log4j-core', false],
  ['lod', 'lodash', false],
  ['core', 'log4j-core', false],
  ['l', 'l-1', false],
  ['', '-x', false],
])('whether who asks for %s may mean %s, where nothing is called so: %s', (asked, name, may) => {
  expect(mayBeMeantBy(asked, name)).toBe(may);
});
