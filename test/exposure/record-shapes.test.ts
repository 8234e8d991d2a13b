import { libraryIn } from '../../src/exposure/library-packages.ts';
import { judgeNear } from '../../src/exposure/near-modules.ts';
import { knownAs, programsNamed } from '../../src/exposure/programs.ts';
import { packagesNamed } from '../../src/inspections/judge-held.ts';
import { knownPrograms, programTexts } from '../../src/inventory/programs/known-programs.ts';
import {
  ask,
  exposedBy,
  installed,
  osv,
  osvAffected,
  statement,
} from '../support/exposure-records.ts';

// Every record here is written by hand, true in form to the real ones.

const whole = { unseenOf: () => null, programs: [], isWithoutSystem: true };
const on = (
  ecosystem: string,
  [name, version]: readonly [name: string, version: string],
  affected: Record<string, unknown>[],
  id = 'GHSA-aaaa-bbbb-cccc',
) => {
  const found = { paths: ['app'], purl: 'pkg:x/y' };
  const own = installed(ecosystem, name, version, { found });
  return ask('Debian:12', [own], [osv({ id, aliases: ['CVE-2026-1'], affected })], { whole }).worst;
};

describe('an ecosystem with the address of a registry', () => {
  it.each([
    ['Packagist', 'Packagist:https://packages.drupal.org/8', 'drupal/webform'],
    ['Maven', 'Maven:https://maven.google.com', 'androidx.work:work-runtime'],
  ])('%s is the one that images have: %s', (ecosystem, written, name) => {
    const affected = [osvAffected(written, name, [{ introduced: '0' }, { fixed: '6.2.9' }])];

    expect(on(ecosystem, [name, '6.2.1'], affected).state).toBe('affected-fix-available');
    expect(on(ecosystem, [name, '6.2.9'], affected).state).toBe('vendor-says-not-affected');
  });
});

describe('events of one range', () => {
  const at = (version: string, events: Record<string, string>[]) =>
    on('npm', ['a', version], [osvAffected('npm', 'a', events)]).state;

  it.each([
    [[{ introduced: '0' }, { introduced: '2.0.0' }, { fixed: '2.0.0' }, { fixed: '3.0.0' }]],
    [[{ fixed: '3.0.0' }, { introduced: '2.0.0' }, { fixed: '2.0.0' }, { introduced: '0' }]],
    [[{ introduced: '0' }, { fixed: '2.0.0' }, { introduced: '2.0.0' }, { fixed: '3.0.0' }]],
  ])('that end and begin at one version lose nothing behind it, in any order', (events) => {
    expect(at('1.0.0', events)).toBe('affected-fix-available');
    expect(at('2.5.0', events)).toBe('affected-fix-available');
    expect(at('3.0.0', events)).toBe('vendor-says-not-affected');
  });

  it('may be about one version alone, whichever stands first', () => {
    const events = [{ last_affected: '1.0.0' }, { introduced: '1.0.0' }];
    for (const one of [events, events.toReversed()]) {
      expect(at('1.0.0', one)).toBe('affected-no-fix');
      expect(at('1.0.1', one)).toBe('vendor-says-not-affected');
    }
  });

  it('end with the last of one while another begins there: the other goes on', () => {
    const last = { last_affected: '1.0.0' };
    const events = [{ introduced: '0' }, last, { introduced: '1.0.0' }, { fixed: '2.0.0' }];
    for (const one of [events, events.toReversed(), [...events, last]]) {
      expect(at('1.0.0', one)).toMatch(/^affected/);
      expect(at('1.5.0', one)).toBe('affected-fix-available');
      expect(at('2.0.0', one)).toBe('vendor-says-not-affected');
    }
    const twice = [{ introduced: '1.0.0' }, { introduced: '1.0.0' }, last];
    expect(at('1.0.1', twice)).toBe('vendor-says-not-affected');
  });

  it('that fix what begins there affect nothing', () => {
    expect(at('1.0.0', [{ introduced: '1.0.0' }, { fixed: '1.0.0' }])).toBe(
      'vendor-says-not-affected',
    );
  });

  it('end at the last limit, which is no fix', () => {
    const events = [{ introduced: '0' }, { limit: '1.5.0' }, { limit: '2.0.0' }];

    expect(at('1.9.0', events)).toBe('affected-no-fix');
    expect(at('2.0.0', events)).toBe('vendor-says-not-affected');
    expect(at('9.0.0', [{ introduced: '0' }, { limit: '*' }])).toBe('affected-no-fix');
    expect(at('9.0.0', [{ introduced: '0' }, { limit: 'next' }])).toBe('unknown');
    const improper = [
      { introduced: '0' },
      { limit: '2.0.0' },
      { limit: 'x y' },
      { limit: '1.0.0' },
    ];
    expect(at('1.5.0', improper)).toBe('unknown');
  });
});

describe('a record of Go that is not of Go’s own database', () => {
  const until = [{ introduced: '0' }, { fixed: '0.17.0' }];
  const ofPackage = [osvAffected('Go', 'golang.org/x/crypto/ssh', until)];
  const ofOtherMajor = [osvAffected('Go', 'github.com/gofiber/fiber', until)];

  it('may name a package of a module, or leave out its major version: whether it is meant is unknown', () => {
    expect(on('Go', ['golang.org/x/crypto', 'v0.1.0'], ofPackage)).toMatchObject({
      ...{ state: 'unknown', reason: 'part-of-package', note: 'golang.org/x/crypto/ssh' },
    });
    expect(on('Go', ['github.com/gofiber/fiber/v2', 'v2.1.0'], ofOtherMajor)).toMatchObject({
      ...{ state: 'unknown', reason: 'sibling', note: 'github.com/gofiber/fiber' },
    });
  });

  it('is about nothing else', () => {
    for (const other of ['golang.org/x/cryptography', 'golang.org/x/net', 'github.com/gofiber/f']) {
      expect(on('Go', [other, 'v0.1.0'], [...ofPackage, ...ofOtherMajor]).state).toBe(
        'not-present',
      );
    }
  });

  it('is looked at once, however many modules there are', () => {
    let looks = 0;
    const record = osv({ id: 'GHSA-1', affected: ofPackage });
    const affected = record.affected.map((one) =>
      Object.defineProperty({ ...one }, 'name', {
        get: () => {
          looks += 1;
          return one.name;
        },
      }),
    );
    const modules = Array.from({ length: 200 }, (_, at) =>
      installed('Go', `example.com/m${at}`, 'v1.0.0'),
    );

    expect(judgeNear(modules, [{ ...record, affected }])).toEqual([]);
    expect(looks).toBeLessThan(10);
  });

  it('has its packages looked for by these names too, and Go’s own names modules', () => {
    const record = osv({ id: 'GHSA-1', affected: ofPackage });
    expect(packagesNamed([record]).components).toEqual(
      expect.arrayContaining(['golang.org/x/crypto', 'golang.org/x/crypto/v2']),
    );
    expect(on('Go', ['golang.org/x/crypto', 'v0.1.0'], ofPackage, 'GO-2026-1').state).toBe(
      'not-present',
    );
  });
});

it('a library that is called like a kernel is none', () => {
  const affected = [osvAffected('npm', 'kernel', [{ introduced: '0' }, { fixed: '2.0.0' }])];
  expect(on('npm', ['kernel', '1.0.0'], affected).state).toBe('affected-fix-available');
});

describe('what one record says twice', () => {
  const alpine = 'Alpine:v3.20';
  const never = statement(alpine, 'openssl', { status: 'not-affected', intervals: [] });
  const repaired = statement(alpine, 'openssl', {
    intervals: [{ introduced: null, fixed: '3.3.1-r0', lastAffected: null }],
  });
  const both = { ...never, affected: [...never.affected, ...repaired.affected] };

  it('is affected where one of it says so', () => {
    const old = installed(alpine, 'openssl', '3.3.0-r0');
    expect(ask(alpine, [old], [both]).worst.state).toBe('affected-fix-available');
    expect(exposedBy([old], [both])).toHaveLength(1);
  });

  it('of two records the vendor’s word decides', () => {
    const old = installed(alpine, 'openssl', '3.3.0-r0');
    expect(ask(alpine, [old], [never, repaired]).worst.state).toBe('vendor-says-not-affected');
  });
});

it('each program that is looked for has names that records know it by', () => {
  const ofSystems = knownPrograms.filter(({ mayBeOther }) => mayBeOther).map(({ name }) => name);
  for (const { name } of [...knownPrograms, ...programTexts]) {
    // Of these only distributions have records.
    const known = ofSystems.includes(name) ? [] : ['Bitnami'];
    expect([name, ...knownAs(name).map((one) => one.ecosystem)]).toEqual([name, ...known]);
    expect(programsNamed(name)).toContain(name);
  }
  expect(programsNamed('mariadb-10.11')).toEqual(['mariadb']);
});

describe('a library of which only a distribution has a record', () => {
  const debian = 'Debian:12';
  const record = statement(debian, 'node-lodash', {
    intervals: [{ introduced: null, fixed: '4.17.21+dfsg-1', lastAffected: null }],
  });
  const bash = installed(debian, 'bash', '5.2-1');

  it.each([
    'python3-libs',
    'php-cli',
    'golang-1.22',
    'golang-1.22-src',
    'rust-src',
    'python3-devel',
  ])('%s is a part of its language, and no library', (name) => {
    expect(libraryIn(name)).toBeNull();
  });

  const deb = (version: string) => installed(debian, 'node-lodash', version);
  const npm = installed('npm', 'lodash', '4.17.20', {
    found: { paths: ['app/node_modules/lodash'], purl: 'pkg:npm/lodash@4.17.20' },
  });

  it('may be there from elsewhere, unless all of that was read', () => {
    for (const own of [bash, deb('4.17.21+dfsg-1')]) {
      expect(ask(debian, [own], [record], { whole: null }).worst).toMatchObject({
        ...{ state: 'unknown', reason: 'languages-not-inventoried', note: 'npm' },
      });
    }
    const cut = { unseenOf: () => 'it was cut', programs: [], isWithoutSystem: false };
    expect(ask(debian, [bash], [record], { whole: cut }).worst).toMatchObject({
      reason: 'languages-partly-read',
    });
    expect(ask(debian, [bash], [record]).worst.state).toBe('not-present');
    expect(ask(debian, [bash, npm], [record]).worst).toMatchObject({
      ...{ state: 'unknown', reason: 'no-record', note: 'npm' },
    });
    expect(packagesNamed([record]).components).toEqual(['lodash']);
  });

  it.each([
    ['apache-log4j2', 'Maven', 'org.apache.logging.log4j:log4j-core', '2.14.1'],
    ['jinja2', 'PyPI', 'jinja2', '3.0.0'],
    ['rails', 'RubyGems', 'actionpack', '6.0.0'],
    ['symfony', 'Packagist', 'symfony/process', '5.4.0'],
    ['twitter-bootstrap3', 'npm', 'bootstrap', '3.3.0'],
  ])('is known by a name that does not say so: %s', (source, ecosystem, name, version) => {
    const only = statement(debian, source, { intervals: [] });
    const unread = { state: 'unknown', reason: 'languages-not-inventoried', note: ecosystem };
    expect(ask(debian, [bash], [only], { whole: null }).worst).toMatchObject(unread);
    const library = installed(ecosystem, name, version, { found: { paths: ['a'], purl: 'pkg:a' } });
    expect(ask(debian, [bash, library], [only]).worst).toMatchObject({
      ...{ state: 'unknown', reason: 'no-record', note: ecosystem },
    });
    expect(packagesNamed([only]).components).toContain(name);
    expect(ask(debian, [bash], [only]).worst.state).toBe('not-present');
  });

  it.each(['python3.11-urllib3', 'python39-urllib3', 'py3-urllib3'])(
    'is of the Python that its name has: %s',
    (name) => {
      expect(libraryIn(name)).toEqual({ ecosystem: 'PyPI', name: 'urllib3' });
    },
  );

  it('hides nothing that is affected, and leaves programs of the system alone', () => {
    expect(ask(debian, [deb('4.17.20-1')], [record], { whole: null }).worst.state).toBe(
      'affected-fix-available',
    );
    const ofOpenssl = statement(debian, 'openssl', {});
    expect(ask(debian, [bash], [ofOpenssl], { whole: null }).worst.state).toBe('not-present');
  });
});

describe('what Ubuntu repairs for who pays', () => {
  const jammy = 'Ubuntu:22.04:LTS';
  const pro = osvAffected('Ubuntu:Pro:22.04:LTS', 'ffmpeg', [
    { introduced: '0' },
    { fixed: '7:4.4.2-0ubuntu0.22.04.1+esm2' },
  ]);
  const at = (version: string, ...others: Record<string, unknown>[]) => {
    const record = osv({
      ...{ id: 'UBUNTU-CVE-2026-1', upstream: ['CVE-2026-1'], related: ['USN-1-1'] },
      affected: [osvAffected(jammy, 'qtwebengine', [{ introduced: '0' }]), pro, ...others],
    });
    const own = installed(jammy, 'libavcodec58', version, {
      ...{ sourceName: 'ffmpeg', sourceVersion: version },
    });
    return ask(jammy, [own], [record]).worst;
  };

  it('is affected for everybody else', () => {
    expect(at('7:4.4.2-0ubuntu0.22.04.1')).toMatchObject({
      ...{ state: 'affected-fix-available', fixed: '7:4.4.2-0ubuntu0.22.04.1+esm2' },
    });
    expect(at('7:4.4.2-0ubuntu0.22.04.1+esm2').state).toBe('vendor-says-not-affected');
  });

  it('decides where the release itself leaves it open, and not where that repaired it', () => {
    const open = osvAffected(jammy, 'ffmpeg', [{ introduced: '0' }]);
    const repaired = osvAffected(jammy, 'ffmpeg', [
      { introduced: '0' },
      { fixed: '7:4.4.2-0ubuntu0.22.04.1' },
    ]);

    expect(at('7:4.4.2-0ubuntu0.22.04.1+esm2', open).state).toBe('vendor-says-not-affected');
    expect(at('7:4.4.2-0ubuntu0.22.04.1', open).state).toBe('affected-fix-available');
    expect(at('7:4.4.2-0ubuntu0.22.04.1', repaired).state).toBe('vendor-says-not-affected');
  });
  it('is no word of its own where it repairs nothing', () => {
    const open = osvAffected(jammy, 'libde265', [{ introduced: '0' }]);
    const notAsked = osvAffected('Ubuntu:Pro:22.04:LTS', 'libde265', [{ introduced: '0' }], {
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: 'x'.repeat(2_000) }] }],
    });
    const lookedAt = osvAffected('Ubuntu:Pro:22.04:LTS', 'libde265', [
      { introduced: '0' },
      { fixed: '1.0.8-1' },
    ]);
    const onImage = (related: string[], ...affected: Record<string, unknown>[]) => {
      const record = osv({ id: 'UBUNTU-CVE-2026-1', related, affected });
      return ask(jammy, [installed(jammy, 'libde265', '1.0.8-1')], [record]).worst.state;
    };

    expect(onImage([], lookedAt, open)).toBe('affected-no-fix');
    expect(onImage(['USN-1-1'], notAsked, open)).toBe('affected-no-fix');
    expect(onImage(['USN-1-1'], lookedAt, open)).toBe('vendor-says-not-affected');
    expect(onImage([], notAsked)).toBe('unknown');
  });
});
