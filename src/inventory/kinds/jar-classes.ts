/** Coordinates of Maven. */
export interface Coordinates {
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
export function foreignPackages(
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
