import { table } from '../../shared/table.ts';
import { type Mark, markOf } from './find-mark.ts';
import type { GoBuildInfo } from './go-build-info.ts';

/** A program that images often hold built from source, and how its version is found in it. */
export interface KnownProgram {
  /** As it is commonly called. */
  name: string;
  /** Name of its file; a group `series` is what its version begins with. */
  file: RegExp;
  /** Texts in it, the surest first; the group `version` is its version. All are global. */
  texts: readonly RegExp[];
  /** Only this program has it, whatever its file is called. */
  mark?: Mark;
  /** One of these follows soon, where the texts alone are those of anything. */
  near?: readonly string[];
  /** True for what others may be called as well: without a version it is none of those known. */
  mayBeOther?: true;
}

/** What a Go program is called whose own module, or main package, is this or lies below it. */
const goPrograms = table<string>({
  'github.com/traefik/traefik': 'traefik',
  'github.com/hashicorp/consul': 'consul',
  'github.com/hashicorp/vault': 'vault',
  'github.com/grafana/grafana': 'grafana',
  'github.com/prometheus/prometheus': 'prometheus',
  'go.etcd.io/etcd': 'etcd',
});

// Redis and its descendant write `<version><host>-<seconds>`, or without a host the version and 19 digits.
const ofBuild = [
  /[\0y](?<version>\d{1,2}\.\d{1,2}\.\d{1,3}?)[\da-f]{12}-\d{10,19}(?!\d)/g,
  /[\0y](?<version>\d{1,2}\.\d{1,2}\.\d{1,3}?)(?=\d{19}(?!\d))/g,
  /[\0y](?<version>\d{1,2}\.\d{1,2}\.\d{1,3})[A-Za-z][\w.-]{0,63}-\d{10,19}(?!\d)/g,
];
const threeNumbers = /^\d{1,4}\.\d{1,5}\.\d{1,5}(?:[-+][\w.+-]{1,60})?/;

const known = (
  name: string,
  file: RegExp,
  texts: readonly RegExp[],
  more: Pick<KnownProgram, 'mark' | 'near' | 'mayBeOther'> = {},
): KnownProgram => ({ name, file, texts, ...more });

/** By what its file begins with; wheels of Python put eight digits behind that: `libcrypto-0628e7d4.so.1.1`. */
const library = (name: string, file: string, text: RegExp): KnownProgram =>
  known(name, new RegExp(`^${file}(?:-[\\da-f]{8})?\\.so(?:\\.[\\d.]{1,20})?$`), [text], {
    mayBeOther: true,
  });

/** Libraries of C that are built from source, or brought along by packages of languages, as often as they are installed. */
const knownLibraries: readonly KnownProgram[] = [
  library(
    'openssl',
    'libcrypto',
    /\0OpenSSL (?<version>\d\.\d\.\d{1,2}[a-z]{0,2}(?:-[\w.]{1,20})?) +\d{1,2} [A-Z][a-z]{2} 20\d\d/g,
  ),
  library('curl', 'libcurl(?:-gnutls)?', /\0libcurl\/(?<version>\d{1,2}\.\d{1,3}\.\d{1,3})/g),
  library(
    'zlib',
    'libz',
    / deflate (?<version>1\.\d{1,2}(?:\.\d{1,2}){0,2})[\w.-]{0,20} Copyright/g,
  ),
  library('expat', 'libexpat', /\0expat_(?<version>2\.\d{1,2}\.\d{1,2})(?=\0)/g),
  library('xz', 'liblzma', /\0(?<version>5\.\d{1,2}\.\d{1,2}(?:alpha|beta)?)(?=\0)/g),
  library('libpng', 'libpng(?:1\\d)?', / libpng version (?<version>1\.\d\.\d{1,3})/g),
];

const ofSystem = (name: string, file: RegExp, text: RegExp): KnownProgram =>
  known(name, file, [text], { mayBeOther: true });

/** Programs of which only distributions have records, and that many copy or build all the same. */
const ofSystems: readonly KnownProgram[] = [
  ofSystem(
    'busybox',
    /^busybox(?:[-_.][\w.-]{1,40})?$/,
    /BusyBox v(?<version>1\.\d{1,2}\.\d{1,2})/g,
  ),
  ofSystem('bash', /^bash$/, /@\(#\)Bash version (?<version>\d\.\d\.\d{1,3})\(/g),
  ofSystem(
    'perl',
    /^(?:perl[\d.]{0,8}|libperl\.so[\d.]{0,8})$/,
    /\/perl5?\/(?<version>5\.\d{1,2}\.\d{1,2})(?=[/\0])/g,
  ),
  ofSystem('lighttpd', /^lighttpd$/, /\0lighttpd\/(?<version>1\.\d\.\d{1,3})/g),
  ofSystem('unbound', /^unbound$/, /\0unbound (?<version>1\.\d{1,2}\.\d{1,2})/g),
  ofSystem('proftpd', /^proftpd$/, /ProFTPD Version (?<version>1\.\d\.\d{1,2}[a-z]?)/g),
  ofSystem('openssh', /^sshd?$/, /\0OpenSSH_(?<version>\d{1,2}\.\d{1,2}p\d)/g),
  ofSystem('bind', /^named$/, /\0(?:named version: )?BIND (?<version>9\.\d{1,2}\.\d{1,3})/g),
  ofSystem('dovecot', /^dovecot$/, /Dovecot v(?<version>2\.\d\.\d{1,3}(?:\.\d{1,2})?)/g),
];

/** Found in programs of ELF. */
export const knownPrograms: readonly KnownProgram[] = [
  known('redis', /^redis-(?:server|check-rdb)$/, ofBuild),
  known('valkey', /^valkey-(?:server|check-rdb)$/, ofBuild),
  known('node', /^node(?:js)?$/, [/node\.js\/v(?<version>\d{1,3}\.\d{1,3}\.\d{1,3})/g], {
    mark: markOf('node.js/v', 'de.js/v'),
  }),
  known(
    'python',
    /^(?:lib)?python(?<series>[23]\.\d{1,2})m?(?:\.so[\d.]*)?$/,
    // The end of another text may be this one, too.
    [/(?<![\d.])(?<version>[23]\.\d{1,2}\.\d{1,3}(?:(?:a|b|rc)\d{1,2})?)(?=\+?\0)/g],
  ),
  known('nginx', /^nginx$/, [/nginx version: nginx\/(?<version>\d{1,2}\.\d{1,3}\.\d{1,3})/g], {
    mark: markOf('nginx version: nginx/', ': nginx'),
  }),
  known(
    'postgres',
    /^postgres$/,
    [/\0postgres \(PostgreSQL\) (?<version>\d{1,2}(?:\.\d{1,2}){0,2}(?:(?:alpha|beta|rc)\d)?)/g],
    { mark: markOf('\0postgres (PostgreSQL) ', 'greSQL)') },
  ),
  known('httpd', /^(?:httpd|apache2)$/, [/Apache\/(?<version>\d{1,2}\.\d{1,3}\.\d{1,3})/g]),
  known('mysql', /^mysqld$/, [
    /\/mysql-(?<version>\d{1,2}\.\d{1,2}\.\d{1,3})/g,
    /\0(?<version>\d{1,2}\.\d{1,2}\.\d{1,3})\0{1,16}mysql/g,
  ]),
  known('mariadb', /^(?:mariadbd|mysqld)$/, [/\0(?<version>\d{1,2}\.\d{1,2}\.\d{1,3})-MariaDB/g]),
  known(
    'php',
    /^(?:php(?:-cgi|-fpm)?[\d.]{0,6}|libphp[\d.]{0,6}\.so)$/,
    [/X-Powered-By: PHP\/(?<version>\d{1,2}\.\d{1,2}\.\d{1,3}(?:(?:alpha|beta|RC)\d{1,2})?)/g],
    { mark: markOf('X-Powered-By: PHP/', '-By: PH') },
  ),
  known('ruby', /^(?:ruby[\d.]{0,6}|libruby[\d.-]{0,6}\.so[\d.]*)$/, [
    /ruby (?<version>\d{1,2}\.\d{1,2}\.\d{1,3}(?:(?:preview|rc|dev)\d{0,2})?)(?:p\d{1,4})? \(/g,
  ]),
  known('haproxy', /^haproxy$/, [
    / version (?<version>\d{1,2}\.\d{1,2}(?:\.|-dev|-rc)\d{1,3})[^\0\n]{0,60}, released 20/g,
    /HA-Proxy version (?<version>\d{1,2}\.\d{1,2}(?:\.|-dev)\d{1,3})/g,
  ]),
  known('memcached', /^memcached$/, [/memcached (?<version>\d{1,2}\.\d{1,2}\.\d{1,3})/g]),
  known('envoy', /^envoy$/, [/\0(?<version>1\.\d{1,2}\.\d{1,2}(?:-dev)?)(?=\0)/g], {
    near: ['envoy_reloadable_features', 'ValidationError'],
  }),
  ...knownLibraries,
  ...ofSystems,
];

/** A small text that says which version of a program lies beside it. */
export interface ProgramText {
  name: string;
  file: RegExp;
  text: RegExp;
}

export const programTexts: readonly ProgramText[] = [
  { name: 'java', file: /(?:^|\/)release$/, text: /^JAVA_VERSION="(?<version>\d[\w.+-]{0,60})"/m },
  {
    name: 'rabbitmq',
    file: /(?:^|\/)rabbit(?:-[\w.]{1,40})?\/ebin\/rabbit\.app$/,
    text: /\{vsn, ?"(?<version>\d[\w.+-]{0,60})"\}/,
  },
  {
    name: 'grafana',
    file: /(?:^|\/)grafana\/VERSION$/,
    text: /^(?<version>\d{1,3}\.\d{1,3}\.\d{1,3}[\w.+-]{0,40})\s*$/,
  },
];

/** What Go programs are called that are looked for, as their files mostly are. */
export const goNames: readonly string[] = [...goPrograms.values()];

/** A Go program by what it was built from; the version is null where nothing in it says so. */
export interface GoProgram {
  name: string;
  version: string | null;
  evidence: string;
}

/** Null for a Go program that is none of those known. */
export function knownGoProgram({ lines }: GoBuildInfo): GoProgram | null {
  const own = lines.find(([kind]) => kind === 'mod') ?? lines.find(([kind]) => kind === 'path');
  const [, path = '', version = ''] = own ?? [];
  const found = [...goPrograms].find(
    ([module]) => path === module || path.startsWith(`${module}/`),
  );
  if (own === undefined || found === undefined) return null;
  const [, name] = found;
  const released = threeNumbers.exec(version.replace(/^v/, ''))?.[0];
  if (released !== undefined) return { name, version: released, evidence: own.join(' ') };
  for (const [kind, setting = ''] of lines) {
    const set = kind === 'build' && SET_VERSION.exec(setting)?.groups;
    if (set) return { name, version: set.version ?? null, evidence: set.all ?? '' };
  }
  return { name, version: null, evidence: '' };
}

/**
 * What the linker was told to write lies behind the version of Go, where that it was told so is left out
 * (`-trimpath`).
 */
export const goTexts: readonly RegExp[] = [
  /go1\.\d{1,2}(?:\.\d{1,2})?\0{1,16}(?:[ -~]{1,64}\0{1,16}){0,12}?v?(?<version>\d{1,3}\.\d{1,3}\.\d{1,4}(?:-(?:alpha|beta|rc)[\d.]{0,8})?)[-+~\0]/g,
];

/** What the linker was told to write into a variable. */
const SET_VERSION =
  /^-ldflags=.*?(?<all>-X[ =]['"]?[\w./-]{1,120}\.(?:[Vv]ersion|fullVersion|GitDescribe)=v?(?<version>\d{1,4}\.\d{1,5}\.\d{1,5}(?:[-+][\w.+-]{1,60})?))/;
