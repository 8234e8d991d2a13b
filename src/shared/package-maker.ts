/** Who publishes packages of their own for Debian or Ubuntu, by the address of their maintainer. */
const MAINTAINERS: readonly [address: RegExp, maker: string][] = [
  [/@docker\.com>/i, 'Docker'],
  [/@nvidia\.com>/i, 'NVIDIA'],
  [/@github\.com>|^GitHub/i, 'GitHub'],
  [/@elastic\.co>|^Elasticsearch/i, 'Elastic'],
  [/@(?:nginx\.com|nginx\.org|f5\.com)>/i, 'nginx.org'],
  [/@nodesource\.com>/i, 'NodeSource'],
  [/@mariadb\.(?:com|org)>/i, 'MariaDB'],
  [/@(?:oss\.)?oracle\.com>/i, 'Oracle'],
  [/@(?:mongodb|10gen)\.com>/i, 'MongoDB'],
  [/@hashicorp\.com>/i, 'HashiCorp'],
  [/@(?:google\.com|chromium\.org)>/i, 'Google'],
  [/@microsoft\.com>/i, 'Microsoft'],
  [/@gitlab\.com>/i, 'GitLab'],
  [/@grafana\.com>/i, 'Grafana'],
  [/@percona\.com>/i, 'Percona'],
  [/@(?:redis\.com|redis\.io|redislabs\.com)>/i, 'Redis'],
  [/@(?:datadoghq\.com)>/i, 'Datadog'],
  [/@kubernetes\.io>/i, 'Kubernetes'],
  [/@proxmox\.com>/i, 'Proxmox'],
];

/** Marks that makers of packages for releases of Debian and Ubuntu write into versions. */
const MARKS: readonly [mark: RegExp, maker: string][] = [
  [/nodesource\d*$/i, 'NodeSource'],
  [/\.pgdg/i, 'PostgreSQL (PGDG)'],
  [/\+maria~/i, 'MariaDB'],
  [/sury|\+0~\d{8}\.\d{1,6}\+/i, 'Ondřej Surý'],
  [/~bpo\d/i, 'backports'],
  [/(?<![a-z])ppa/i, 'a PPA'],
  [/[+~](?:pve|pmx)\d/i, 'Proxmox'],
  [/\+(?:rpi|rpt)\d/i, 'Raspberry Pi OS'],
  [
    /[~.+-](?:jessie|stretch|buster|bullseye|bookworm|trixie|forky|xenial|bionic|focal|jammy|noble|plucky|questing)\d{0,3}$/i,
    'somebody else for this release',
  ],
];

/** Vendors that rpm names for packages of distributions. */
const DISTRIBUTIONS =
  /^(?:red hat|almalinux|rocky|fedora|amazon|oracle america|suse|opensuse|centos|openeuler|cloudlinux|scientific linux)/i;

const MAKER_CHARACTERS = 60;

/** Who built a package of dpkg by the marks in its version; null for the distribution, or where they do not tell. */
export const makerInVersion = (version: string): string | null =>
  MARKS.find(([mark]) => mark.test(version))?.[1] ?? null;

/** Who built a package of dpkg that is none of its distribution; null for the distribution, or where nothing tells. */
export function makerOfDeb({
  version,
  maintainer,
  origin,
}: {
  version: string;
  maintainer: string | undefined;
  origin: string | undefined;
}): string | null {
  if (origin !== undefined && !/^(?:debian|ubuntu)/i.test(origin)) return named(origin);
  const [, maker = null] = MAINTAINERS.find(([address]) => address.test(maintainer ?? '')) ?? [];
  return maker !== null && !isOfPerson(maintainer ?? '', maker) ? maker : makerInVersion(version);
}

const ADDRESS = /^([^<]*)<([^@>]*)@/;
const OF_TEAM =
  /\b(?:teams?|authors?|packag\w*|developers?|dev|builds?|release|eng\w*|support|linux|inc|corp\w*)\b/i;

/**
 * Who works for a vendor may maintain packages of Debian, by an address that is made of their name: `Alex Doyle
 * <adoyle@…>`. Vendors sign as a team or a company.
 */
function isOfPerson(maintainer: string, maker: string): boolean {
  const [, name = '', local = ''] = ADDRESS.exec(maintainer.toLowerCase()) ?? [];
  if (OF_TEAM.test(name) || OF_TEAM.test(local) || name.includes(maker.toLowerCase())) return false;
  const words = name.match(/\p{L}+/gu) ?? [];
  const initials = words.map((word) => word.charAt(0)).join('');
  const isMadeOf = words.some((word) => word.length > 2 && local.includes(word));
  return words.length > 1 && (isMadeOf || local === initials);
}

/** The same of rpm, by the vendor that it names. */
export const makerOfRpm = (vendor: string | undefined): string | null =>
  vendor === undefined || DISTRIBUTIONS.test(vendor) ? null : named(vendor);

/** What a person may read; null for nothing. */
function named(maker: string): string | null {
  const text = maker.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '').trim();
  return text === '' || text === '(none)' ? null : text.slice(0, MAKER_CHARACTERS);
}
