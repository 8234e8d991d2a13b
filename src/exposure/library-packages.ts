import type { LanguageEcosystem } from '../inventory/filesystem-inventory.ts';

/**
 * Libraries that distributions package under a name that does not say so, as upstream calls them, where it is widely used
 * from elsewhere, too. A name that is left out is taken for a package of the system alone.
 */
const known: Readonly<Partial<Record<LanguageEcosystem, Readonly<Record<string, string>>>>> = {
  Maven: {
    'apache-log4j2': 'org.apache.logging.log4j:log4j-core',
    'apache-log4j1.2': 'log4j:log4j',
    log4j: 'log4j:log4j org.apache.logging.log4j:log4j-core',
    log4j12: 'log4j:log4j',
    logback: 'ch.qos.logback:logback-core ch.qos.logback:logback-classic',
    'libspring-java':
      'org.springframework:spring-core org.springframework:spring-beans org.springframework:spring-web org.springframework:spring-webmvc org.springframework:spring-expression',
    'libstruts1.2-java': 'struts:struts',
    'jackson-core': 'com.fasterxml.jackson.core:jackson-core',
    'jackson-databind': 'com.fasterxml.jackson.core:jackson-databind',
    netty:
      'io.netty:netty-all io.netty:netty-codec io.netty:netty-codec-http io.netty:netty-codec-http2 io.netty:netty-common io.netty:netty-handler',
    jetty9: 'org.eclipse.jetty:jetty-server org.eclipse.jetty:jetty-http',
    jetty12: 'org.eclipse.jetty:jetty-server org.eclipse.jetty:jetty-http',
    undertow: 'io.undertow:undertow-core',
    shiro: 'org.apache.shiro:shiro-core',
    velocity: 'org.apache.velocity:velocity-engine-core org.apache.velocity:velocity',
    snakeyaml: 'org.yaml:snakeyaml',
    'libxstream-java': 'com.thoughtworks.xstream:xstream',
    xstream: 'com.thoughtworks.xstream:xstream',
    'guava-libraries': 'com.google.guava:guava',
    bouncycastle:
      'org.bouncycastle:bcprov-jdk18on org.bouncycastle:bcprov-jdk15on org.bouncycastle:bcprov-jdk15to18',
    'commons-beanutils': 'commons-beanutils:commons-beanutils',
    'commons-configuration2': 'org.apache.commons:commons-configuration2',
    'commons-io': 'commons-io:commons-io',
    'commons-text': 'org.apache.commons:commons-text',
    'libcommons-collections3-java': 'commons-collections:commons-collections',
    'libcommons-collections4-java': 'org.apache.commons:commons-collections4',
    'libcommons-compress-java': 'org.apache.commons:commons-compress',
    'libcommons-fileupload-java': 'commons-fileupload:commons-fileupload',
    'apache-commons-collections': 'commons-collections:commons-collections',
    'apache-commons-compress': 'org.apache.commons:commons-compress',
    'apache-commons-fileupload': 'commons-fileupload:commons-fileupload',
    'apache-commons-io': 'commons-io:commons-io',
    h2database: 'com.h2database:h2',
    hsqldb: 'org.hsqldb:hsqldb',
    libpgjava: 'org.postgresql:postgresql',
    'postgresql-jdbc': 'org.postgresql:postgresql',
    ...eachOf(
      ['tomcat', 'tomcat9', 'tomcat10', 'tomcat11'],
      'org.apache.tomcat.embed:tomcat-embed-core org.apache.tomcat:tomcat-catalina org.apache.tomcat:tomcat-coyote',
    ),
  },
  PyPI: alike(
    ...['ansible', 'ansible-core', 'bottle', 'celery', 'fonttools', 'gunicorn', 'jinja2', 'lxml'],
    ...['mako', 'mistune', 'nltk', 'numpy', 'paramiko', 'pillow', 'pygments', 'pyjwt', 'pymongo'],
    ...['pyopenssl', 'pypdf', 'pypdf2', 'pyyaml', 'requests', 'salt', 'setuptools', 'sqlalchemy'],
    ...['sqlparse', 'starlette', 'tqdm', 'waitress', 'werkzeug', 'wheel', 'flask', 'twisted'],
  ),
  RubyGems: {
    ...alike('jekyll', 'passenger', 'puma', 'rack', 'thin', 'unicorn'),
    rails:
      'rails actionpack actionview activerecord activestorage activesupport actionmailer actiontext',
  },
  npm: {
    ...alike(
      'backbone',
      'bootstrap',
      'datatables.net',
      'highlight.js',
      'jquery',
      'knockout',
      'npm',
    ),
    ...alike('requirejs', 'tinymce', 'underscore'),
    'angular.js': 'angular',
    'jquery-ui': 'jquery-ui',
    jqueryui: 'jquery-ui',
    'three.js': 'three',
    'twitter-bootstrap3': 'bootstrap',
    'twitter-bootstrap4': 'bootstrap',
    yarnpkg: 'yarn',
  },
  Packagist: {
    composer: 'composer/composer',
    'libphp-phpmailer': 'phpmailer/phpmailer',
    smarty3: 'smarty/smarty',
    smarty4: 'smarty/smarty',
    symfony:
      'symfony/symfony symfony/http-foundation symfony/http-kernel symfony/process symfony/security-http symfony/yaml',
    twig: 'twig/twig',
  },
};

function eachOf(names: readonly string[], libraries: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, libraries]));
}

function alike(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

const ecosystems = Object.entries(known) as [LanguageEcosystem, Record<string, string>][];

/** Libraries that a package of a distribution is known to be, by its name or that of its source; mostly none. */
const knownLibraries = (name: string): { ecosystem: LanguageEcosystem; name: string }[] =>
  ecosystems.flatMap(([ecosystem, libraries]) => {
    const names = Object.hasOwn(libraries, name) ? libraries[name] : undefined;
    return names?.split(' ').map((one) => ({ ecosystem, name: one })) ?? [];
  });

/** How distributions name packages of libraries, and what they are built from; the rest is what the library is called. */
const LIBRARIES: readonly [name: RegExp, ecosystem: string][] = [
  [/^(?:python(?:[23](?:\.?\d{1,2})?)?|py3)-(.+)$/, 'PyPI'],
  [/^node(?:js)?-(.+)$/, 'npm'],
  [/^ruby(?:gem)?-(.+)$/, 'RubyGems'],
  [/^php-(.+)$/, 'Packagist'],
  [/^lib(.+)-java$/, 'Maven'],
  [/^golang-(.+)$/, 'Go'],
  [/^rust-(.+)$/, 'crates.io'],
];

/** Parts of the language itself: `python3-libs`, `php-cli`, `golang-1.22-go`. */
const OWN_PARTS =
  /^(?:\d+(?:[.-].*)?|libs?|devel?|docs?|cli|fpm|common|minimal|full|debug|tests?|venv|bin|src|go|misc|std-static|irb)$/;

/** The library that a package of a distribution is by its name, e.g. `lodash` of npm for `node-lodash`; null for none. */
export function libraryIn(name: string): { ecosystem: string; name: string } | null {
  for (const [pattern, ecosystem] of LIBRARIES) {
    const found = pattern.exec(name)?.[1];
    if (found !== undefined && !OWN_PARTS.test(found)) return { ecosystem, name: found };
  }
  return null;
}

/** The same with those that are called otherwise: a source may hold several. */
export function librariesIn(name: string): { ecosystem: string; name: string }[] {
  const known = knownLibraries(name);
  const named = known.length > 0 ? null : libraryIn(name);
  return named === null ? known : [named];
}

/** What a package of a distribution is a port of by its name, e.g. `expat` for `mingw32-expat`; null for none. */
export const portOf = (name: string): string | null =>
  /^(?:mingw(?:32|64)?|compat)-(.{1,100}?)\d{0,4}$/.exec(name)?.[1] ?? null;
