import { type Reading, read, unread } from '../shared/reading.ts';
import type { HostFileFact } from './facts/host-files.ts';
import { type HostFileReader, isThere, presentFiles } from './host-file-reader.ts';
import { commandWords, environmentOf, unitFolders, unitValues } from './normalise/unit-file.ts';

export interface Unit {
  /**
   * Every file of that name where systemd looks, its drop-in, the folders of drop-ins and the files of its environment;
   * one absent path when there is none.
   */
  files: HostFileFact[];
  /** Text of the one in use, and after it of its drop-in. */
  texts: string[];
  /** What its environment files set. */
  environment: ReadonlyMap<string, string>;
  sources: string[];
  /** Why there may be more settings than in `texts`. */
  gaps: string[];
  /** Why `texts` could not be read; null when they could, or when there is no such unit. */
  unreadReason: string | null;
}

/** The name that `systemctl edit` gives a drop-in. */
const DROP_IN = 'override.conf';

/**
 * Reads a unit and the one drop-in whose name is known: a folder cannot be listed without the
 * content of its files, so any other drop-in is a gap.
 */
export async function readUnit(files: HostFileReader, name: string): Promise<Unit> {
  const found = await presentFiles(
    files,
    unitFolders.map((folder) => `${folder}/${name}`),
  );
  // A masked unit leads to /dev/null; /lib is the same folder as /usr/lib on most hosts.
  const units = withoutTwin(found.filter((one) => !isMask(one)));
  const unit: Unit = {
    files: units,
    texts: [],
    environment: new Map(),
    sources: [],
    gaps: [],
    unreadReason: null,
  };
  const first = units[0];
  if (first === undefined || first.state === 'absent') return unit;

  const dropIns = unitFolders.map((folder) => `${folder}/${name}.d`);
  for (const path of [first.path, `${dropIns[0]}/${DROP_IN}`]) {
    const text = await files.textOf(path);
    if (text.state === 'unread') return { ...unit, unreadReason: text.reason };
    if (text.value === null) continue;
    unit.texts.push(text.value);
    unit.sources.push(path);
  }
  unit.environment = await readEnvironment(files, unit);
  const folders = await existing(files, dropIns);
  if (folders.length > 0) {
    const paths = folders.map(({ path }) => path);
    unit.gaps.push(`${paths.join(' and ')} may hold further settings of ${name}`);
  }
  unit.files.push(...folders, ...(await existing(files, unit.sources.slice(1))));
  return unit;
}

/** Adds to the unit's sources and gaps. */
async function readEnvironment(files: HostFileReader, unit: Unit): Promise<Map<string, string>> {
  const texts = unitValues(unit.texts, 'Environment').map((line) => commandWords(line).join('\n'));
  // A dash says that the file may be missing.
  const paths = unitValues(unit.texts, 'EnvironmentFile').map((path) => path.replace(/^-/, ''));
  for (const path of paths) {
    const text = await files.textOf(path);
    if (text.state === 'unread') unit.gaps.push(text.reason);
    else if (text.value !== null) {
      texts.push(text.value);
      unit.sources.push(path);
    }
  }
  return environmentOf(texts);
}

const existing = async (files: HostFileReader, paths: readonly string[]) =>
  (await Promise.all(paths.map((path) => files.examine(path)))).filter(isThere);

const isMask = (fact: HostFileFact): boolean =>
  fact.state === 'present' && fact.realPath === '/dev/null';

function withoutTwin(facts: HostFileFact[]): HostFileFact[] {
  const isPresent = (path: string) =>
    facts.some((fact) => fact.path === path && fact.state === 'present');
  return facts.filter(({ path }) => !path.startsWith('/lib/') || !isPresent(`/usr${path}`));
}

/** What guides to a TCP listener call a unit beside docker.socket; a folder of units cannot be listed. */
const CUSTOMARY = ['docker-tcp.socket', 'docker-tls-tcp.socket'];

/**
 * Where systemd listens for the engine: by docker.socket, by what the service asks for (`Sockets=`), and by a unit of a
 * customary name that is for it (`Service=`), since systemd hands over all of them (systemd.socket(5)). Unread where one
 * was not read, or where no file tells whether it was started.
 */
export async function unitListeners(
  files: HostFileReader,
  service: Unit,
  socketUnit: Unit,
): Promise<Reading<string[]>> {
  const asked = unitValues(service.texts, 'Sockets')
    .flatMap(commandWords)
    .filter((name) => name !== 'docker.socket');
  const others = await Promise.all([
    ...asked.map(async (name) => listenersOf(await readUnit(files, name), name)),
    ...CUSTOMARY.filter((name) => !asked.includes(name)).map((name) => byCustom(files, name)),
  ]);
  const there = others.filter((one) => one !== null);
  const isAlone = there.length > 0 && socketUnit.unreadReason === null && isNone(socketUnit);
  const all = isAlone ? there : [listenersOf(socketUnit, 'docker.socket'), ...there];
  const hidden = all.find((one) => one.state === 'unread');
  return hidden ?? read(all.flatMap((one) => (one.state === 'read' ? one.value : [])));
}

const isNone = ({ texts }: Unit): boolean => texts.length === 0;

function listenersOf(unit: Unit, name: string): Reading<string[]> {
  const { texts, gaps, unreadReason } = unit;
  if (unreadReason !== null) return unread(unreadReason);
  if (isNone(unit)) return unread(`there is no ${name}`);
  return gaps.length > 0 ? unread(gaps.join('; ')) : read(unitValues(texts, 'ListenStream'));
}

/** Null where there is none, or where it is another service's. Administrators write it: no package of the engine has one. */
async function byCustom(files: HostFileReader, name: string): Promise<Reading<string[]> | null> {
  const [folder] = unitFolders;
  if ((await files.examine(`${folder}/${name}`)).state === 'absent') return null;
  const unit = await readUnit(files, name);
  if (unit.unreadReason === null && unit.gaps.length === 0) {
    if (unitValues(unit.texts, 'Service').at(-1) !== 'docker.service') return null;
    const wanted = await presentFiles(files, [`${folder}/sockets.target.wants/${name}`]);
    if (wanted.every(({ state }) => state !== 'present')) {
      return unread(`${name} is there, and no file tells whether it was started`);
    }
  }
  return listenersOf(unit, name);
}
