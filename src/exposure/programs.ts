import { table } from '../shared/table.ts';

/** Under which names advisories know a program that no package manager installed. */
interface ProgramNames {
  /** In the ecosystem `Bitnami`, whose records name versions as upstream does. */
  bitnami: string | null;
  /** Where it is written in Go and versions of its module are those of the program. */
  goModules: readonly string[];
  /** Sources of distributions, without a version behind the name, and parts that are also released alone. */
  sources: readonly string[];
}

const named = (
  bitnami: string | null,
  sources: readonly string[],
  goModules: readonly string[] = [],
): ProgramNames => ({ bitnami, goModules, sources });

/** By the name that it is commonly called. */
const programs = table<ProgramNames>({
  redis: named('redis', ['redis']),
  valkey: named('valkey', ['valkey']),
  node: named('node', ['nodejs']),
  python: named('python', ['python']),
  nginx: named('nginx', ['nginx']),
  postgres: named('postgresql', ['postgresql']),
  httpd: named('apache', ['apache2', 'httpd']),
  mysql: named('mysql', ['mysql']),
  mariadb: named('mariadb', ['mariadb']),
  php: named('php', ['php']),
  ruby: named('ruby', ['ruby']),
  java: named('java', ['openjdk', 'jre']),
  haproxy: named('haproxy', ['haproxy']),
  memcached: named('memcached', ['memcached']),
  rabbitmq: named('rabbitmq', ['rabbitmq-server']),
  traefik: named(
    'traefik',
    ['traefik'],
    [
      'github.com/traefik/traefik',
      'github.com/traefik/traefik/v2',
      'github.com/traefik/traefik/v3',
    ],
  ),
  envoy: named('envoy', ['envoy']),
  consul: named('consul', ['consul'], ['github.com/hashicorp/consul']),
  vault: named('vault', ['vault'], ['github.com/hashicorp/vault']),
  grafana: named('grafana', ['grafana']),
  prometheus: named('prometheus', ['prometheus']),
  // Of the versions that these have themselves no ecosystem tells.
  busybox: named(null, ['busybox']),
  bash: named(null, ['bash']),
  perl: named(null, ['perl']),
  lighttpd: named(null, ['lighttpd']),
  unbound: named(null, ['unbound']),
  proftpd: named(null, ['proftpd', 'proftpd-dfsg']),
  openssh: named(null, ['openssh']),
  bind: named(null, ['bind', 'bind9']),
  dovecot: named(null, ['dovecot']),
  openssl: named(null, ['openssl', 'compat-openssl']),
  curl: named(null, ['curl']),
  zlib: named(null, ['zlib']),
  expat: named(null, ['expat']),
  xz: named(null, ['xz', 'xz-utils']),
  libpng: named(null, ['libpng']),
  etcd: named(
    'etcd',
    ['etcd'],
    ['go.etcd.io/etcd', 'go.etcd.io/etcd/v3', 'go.etcd.io/etcd/server/v3'],
  ),
});

/** The names of a program in ecosystems that know it by versions; empty for one of which none does. */
export function knownAs(program: string): { ecosystem: 'Bitnami' | 'Go'; name: string }[] {
  const names = namesOf(program);
  if (names === null) return [];
  return [
    ...(names.bitnami === null ? [] : [{ ecosystem: 'Bitnami' as const, name: names.bitnami }]),
    ...names.goModules.map((name) => ({ ecosystem: 'Go' as const, name })),
  ];
}

/** Where and under which names what was found is known: in its own ecosystem, or where a program (none of its own) is. */
export const knownBy = <E extends string>(
  ecosystem: E | null,
  name: string,
): { ecosystem: E | 'Bitnami' | 'Go'; name: string }[] =>
  ecosystem === null ? knownAs(name) : [{ ecosystem, name }];

/** The ecosystems in which what was found is known, each once; only of a program the name matters. */
export const ecosystemsOf = (ecosystem: string | null, program: string | null): string[] => [
  ...new Set(knownBy(ecosystem, program ?? '').map((one) => one.ecosystem)),
];

/** Packages of Composer that are listed where their program was unpacked from an archive. Others list what they use alone. */
const LISTED_BY_COMPOSER: readonly string[] = ['drupal/core', 'laravel/framework'];

/**
 * True where a program of `Bitnami` is what a library of some language is called, which images are searched for: `django`
 * of PyPI, `superset` for `apache-superset`, Go itself.
 */
export function isSameSoftware(
  bitnami: string,
  { ecosystem, name }: { ecosystem: string; name: string },
): boolean {
  if (bitnami === 'golang')
    return ecosystem === 'Go' && (name === 'stdlib' || name === 'toolchain');
  if (ecosystem === 'Packagist' && !LISTED_BY_COMPOSER.includes(name)) return false;
  const parts = `/${name.toLowerCase()}/`.split(bitnami);
  // `git` is no part of a word, as it is in `github.com`.
  return parts.some((before, at) => {
    const behind = parts[at + 1];
    return behind !== undefined && /[^a-z\d]$/.test(before) && /^[^a-z\d]/.test(behind);
  });
}

/** Programs that a record may be about which names this package, in whichever ecosystem. */
export function programsNamed(packageName: string): string[] {
  const plain = withoutVersion(packageName);
  return [...programs].flatMap(([program, { bitnami, goModules, sources }]) =>
    program === packageName ||
    bitnami === plain ||
    goModules.includes(packageName) ||
    sources.includes(plain)
      ? [program]
      : [],
  );
}

/** The program that somebody asks for by the very name that it has here, or that distributions call it. */
export const programsCalled = (name: string): string[] =>
  [...programs].flatMap(([program, { sources }]) =>
    program === name || sources.includes(name) ? [program] : [],
  );

/** Sources of distributions that a program is built from, each with or without a version behind it: `postgresql` of `postgresql-15`. */
export const sourcesOfProgram = (program: string): readonly string[] =>
  namesOf(program)?.sources ?? [];

const namesOf = (program: string): ProgramNames | null => programs.get(program) ?? null;

/** `postgresql-15` → `postgresql`, `python3.11` → `python`; `apache2` is a name of its own. */
function withoutVersion(source: string): string {
  const known = [...programs.values()].some(({ sources }) => sources.includes(source));
  if (known) return source;
  // The smaller of two builds that `Bitnami` has of one program is that program.
  return source
    .replace(/-min$|-?\d{1,3}(?:\.\d{1,3}){0,2}$/, '')
    .replace(/^java-[\d.]+-(?=openjdk)/, '');
}
