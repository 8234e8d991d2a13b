import { readZipDirectory, readZipEntry, UnreadableZip, type ZipPlace } from '../../shared/zip.ts';
import { type FileKind, type Finding, findingOf, nothing, UnreadableFile } from '../file-kind.ts';
import { HELD_BYTES_MAX } from '../filesystem-limits.ts';
import { languagePackage } from '../language-package.ts';

const ARCHIVE = /\.(?:jar|war|ear|hpi|jpi|sar|nar|aar|kar)$/i;
/** Plugins and applications of servers. Others use these endings as well. */
const OF_SERVER = /\.(?:hpi|jpi|sar|nar|aar|kar)$/i;
const COORDINATES = /(?:^|\/)META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;
/** What archives of Java itself say, as `lib/jrt-fs.jar`: they are of its version, and Maven knows none of them. */
const OF_JAVA = [
  'Specification-Title: Java Platform API Specification',
  'Implementation-Title: Java Runtime Environment',
];
/** Archives in archives, the outermost counted: an application in a package for a server has two. */
const DEPTH_MAX = 3;
const ENTRIES_MAX = 200_000;
/** Archives, or coordinates, in one; an application has some hundred. */
const WANTED_MAX = 5_000;
const PATH_MAX = 1_024;
const FOREIGN_SHOWN = 3;
const PROPERTIES_BYTES_MAX = 64 * 1024;
const INNER_BYTES_MAX = 64 * 1024 * 1024;
/** Of all that is unpacked of one file. */
const UNPACKED_BYTES_MAX = 512 * 1024 * 1024;

/** What is left for one file, with what was found in it. */
interface Reading extends Finding {
  bytesLeft: number;
}

/** Java archives and those in them, by the coordinates that Maven leaves in each. */
export const jarKind: FileKind = {
  about: '`pom.properties` in `jar`, `war`, `ear` and their like, three of them in each other',
  bytesMax: HELD_BYTES_MAX,
  matches: (path) => ARCHIVE.test(path),
  async read(bytes, path) {
    if (OF_SERVER.test(path) && bytes.toString('latin1', 0, 2) !== 'PK') return nothing;
    const reading = { packages: [], programs: [], unread: [], bytesLeft: UNPACKED_BYTES_MAX };
    await noting(reading, path, () => readArchive(reading, bytes, path, 1));
    const { packages, programs, unread } = reading;
    return { packages, programs, unread };
  },
};

/** The same of an archive that somebody unpacked. */
export const pomKind: FileKind = {
  about: '`pom.properties` of unpacked Java archives',
  bytesMax: PROPERTIES_BYTES_MAX,
  matches: (path) => COORDINATES.test(path),
  read: (bytes, path) => findingOf([packageIn(bytes, path)]),
};

/** What cannot be read is noted, and nothing else is lost for it. */
async function noting({ unread }: Reading, path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UnreadableZip) && !(error instanceof UnreadableFile)) throw error;
    unread.push({ path, reason: error.message });
  }
}

async function readArchive(
  reading: Reading,
  bytes: Buffer,
  path: string,
  depth: number,
): Promise<void> {
  const read = (offset: number, length: number) => bytes.subarray(offset, offset + length);
  const source = { size: bytes.length, read };
  const places = await readZipDirectory(source, ENTRIES_MAX);
  const unpack = (place: ZipPlace, bytesMax: number) => {
    reading.bytesLeft -= place.unpacked;
    if (reading.bytesLeft < 0) throw new UnreadableZip('what is in it unpacks to too much');
    if (place.unpacked > bytesMax) throw new UnreadableZip('it is larger than Seawall reads');
    return readZipEntry(source, place);
  };
  const coordinates = named(places, COORDINATES);
  for (const place of coordinates) {
    await noting(reading, `${path}!/${place.name}`, async () => {
      reading.packages.push(packageIn(await unpack(place, PROPERTIES_BYTES_MAX), path));
    });
  }
  if (coordinates.length === 0 && !(await isOfJava(places, unpack))) {
    const reason = 'it has no pom.properties, so nobody knows which version of what it is';
    reading.unread.push({ path, reason });
  } else if (coordinates.length > 0)
    noteForeign(
      reading,
      places,
      coordinates.map(({ name }) => name),
      path,
    );
  for (const place of named(places, ARCHIVE)) {
    const inner = `${path}!/${place.name}`;
    await noting(reading, inner, async () => {
      if (depth === DEPTH_MAX) throw new UnreadableZip(`it lies deeper than ${DEPTH_MAX} archives`);
      await readArchive(reading, await unpack(place, INNER_BYTES_MAX), inner, depth + 1);
    });
  }
}

/** By its manifest, which is packed like all else in it. */
async function isOfJava(
  places: readonly ZipPlace[],
  unpack: (place: ZipPlace, bytesMax: number) => Promise<Uint8Array>,
): Promise<boolean> {
  const manifest = places.find(({ name }) => name === 'META-INF/MANIFEST.MF');
  if (manifest === undefined || manifest.unpacked > PROPERTIES_BYTES_MAX) return false;
  try {
    const bytes = await unpack(manifest, PROPERTIES_BYTES_MAX);
    const lines = Buffer.from(bytes).toString('latin1').split(/\r?\n/);
    return OF_JAVA.every((line) => lines.includes(line));
  } catch (error) {
    if (!(error instanceof UnreadableZip)) throw error;
    return false;
  }
}

/** Classes that somebody put into an archive without their coordinates. */
function noteForeign(
  { unread }: Reading,
  places: readonly ZipPlace[],
  coordinates: readonly string[],
  path: string,
): void {
  const own = coordinates.map((name) => {
    const [group = '', artifact = ''] = name.split('/').slice(-3);
    return { group, artifact };
  });
  const foreign = foreignPackages(
    places.map(({ name }) => name),
    own,
  );
  if (foreign === null) {
    unread.push({ path, reason: 'it has more packages of Java than are compared' });
    return;
  }
  if (foreign.length === 0) return;
  const named = foreign.slice(0, FOREIGN_SHOWN).join(', ').slice(0, PATH_MAX);
  const more = foreign.length > FOREIGN_SHOWN ? ` and ${foreign.length - FOREIGN_SHOWN} more` : '';
  const reason = `it has classes of ${named}${more}, of which no pom.properties says the version`;
  unread.push({ path, reason });
}

/** Throws `UnreadableZip` for more than anybody has, or for names that are no names of files. */
function named(places: readonly ZipPlace[], pattern: RegExp): ZipPlace[] {
  const found = places.filter(({ name }) => pattern.test(name));
  if (found.length > WANTED_MAX || found.some(({ name }) => name.length > PATH_MAX)) {
    throw new UnreadableZip('it holds too many archives, or with names that are too long');
  }
  return found;
}

/** Lines `key=value`, as Maven writes them. */
function packageIn(bytes: Buffer, path: string) {
  const values = new Map<string, string>();
  for (const line of bytes.toString('latin1').split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0 && !line.startsWith('#')) {
      values.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
    }
  }
  const [group, artifact, version] = ['groupId', 'artifactId', 'version'].map((key) =>
    values.get(key),
  );
  if (!group || !artifact || !version || `${group}${artifact}${version}`.includes('$')) {
    throw new UnreadableFile('its pom.properties names no coordinates');
  }
  return languagePackage('Maven', `${group}:${artifact}`, version, path);
}

/** Coordinates of Maven. */
interface Coordinates {
  group: string;
  artifact: string;
}

/** Where the classes of an archive begin: those of an application, and those for a newer Java. */
const PREFIX = /^(?:(?:WEB-INF|BOOT-INF)\/classes\/|META-INF\/versions\/\d{1,3}\/)/;
/** Interfaces of Java itself and of its standards, which many bring along. */
const STANDARD =
  /^(?:java|javax|jakarta|org\.w3c|org\.xml\.sax|org\.ietf|netscape|sun|jdk)(?:\.|$)/;
/** Makers of many things, of which a third word says which. */
const MANY = new Set([
  ...['org.apache', 'org.codehaus', 'org.eclipse', 'org.glassfish', 'org.jboss'],
  ...['org.springframework', 'com.google', 'com.github', 'com.sun', 'io.github'],
  ...['net.sf', 'net.sourceforge', 'com.fasterxml'],
]);
/** Folders under which one brings classes of others along. */
const BROUGHT_ALONG = /\.(?:shaded|shade|shadow|relocated|repackaged)\.(?=(?:com|org|net|io)\.)/;
const WORD_LETTERS_MIN = 3;
/** Among which the name of a thing stands. */
const WORDS_MAX = 4;
/** Of packages with coordinates; an application with all that it needs has half a million. */
const COMPARISONS_MAX = 2_000_000;

/** A package of Java, and what its name is compared by. */
interface JavaPackage {
  name: string;
  /** See `makerOf`. */
  maker: string;
  /** The first two words of the name. */
  start: string;
  /** The first words, in lower case. */
  labels: string[];
}

/**
 * The packages of Java with classes in an archive that none of its coordinates stands for, e.g. `org.springframework`:
 * somebody put them in without saying what they are. Each by its first two words, or three of a maker of many things.
 * Null where there are too many to compare.
 */
function foreignPackages(
  names: readonly string[],
  coordinates: readonly Coordinates[],
): string[] | null {
  const packages = [...new Set(names.flatMap((name) => packageOf(name) ?? []))].map(readPackage);
  if (packages.length * coordinates.length > COMPARISONS_MAX) return null;
  const own = new Set(coordinates.flatMap((of) => ownOf(of, packages)));
  const foreign = packages.filter((one) => !own.has(one));
  return [...new Set(foreign.map(({ maker }) => maker))];
}

/** The packages that coordinates stand for: by their group, else by a word of the artifact, else by the maker. */
function ownOf({ group, artifact }: Coordinates, packages: readonly JavaPackage[]): JavaPackage[] {
  const maker = makerOf(group);
  // `org.junit` is of `junit` too.
  const ofGroup = packages.filter(
    (one) =>
      one.maker === maker || `${one.name}.`.startsWith(`${group}.`) || one.labels[1] === group,
  );
  if (ofGroup.length > 0) return ofGroup;
  const words = artifact.toLowerCase().split(/[-_.]/, WORDS_MAX);
  const byWord = packages.filter(({ labels }) =>
    labels.some((label) => words.some((word) => isSameWord(word, label))),
  );
  if (byWord.length > 0) return byWord;
  // Guava’s group is `com.google.guava` and its classes are below `com.google.common`.
  const start = firstWords(group, 2);
  return packages.filter((one) => one.start === start);
}

const readPackage = (name: string): JavaPackage => ({
  ...{ name, maker: makerOf(name), start: firstWords(name, 2) },
  labels: name.toLowerCase().split('.', WORDS_MAX),
});

/** The package of a class, or where it was before somebody brought it along; null for what is no class of another. */
function packageOf(name: string): string | null {
  if (!name.endsWith('.class')) return null;
  const path = name.replace(PREFIX, '');
  const end = path.lastIndexOf('/');
  if (end < 0) return null;
  const written = path.slice(0, end).replaceAll('/', '.');
  const before = BROUGHT_ALONG.exec(written);
  const found = before === null ? written : written.slice(before.index + before[0].length);
  return STANDARD.test(found) || found.startsWith('META-INF') ? null : found;
}

const firstWords = (text: string, count: number): string => text.split('.', count).join('.');

const makerOf = (one: string): string => firstWords(one, MANY.has(firstWords(one, 2)) ? 3 : 2);

/** `httpclient` stands for `http`, and `log4j` for `log4j12`. */
function isSameWord(word: string, label: string): boolean {
  if (word === label) return word.length >= WORD_LETTERS_MIN;
  const [short, long] = word.length < label.length ? [word, label] : [label, word];
  return short.length > WORD_LETTERS_MIN && long.startsWith(short);
}
