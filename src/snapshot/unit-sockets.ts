import { type Reading, read, unread } from '../shared/reading.ts';
import type { HostFileReader } from './host-file-reader.ts';
import { readUnit, type Unit } from './host-units.ts';
import { commandWords, unitFolders, unitValues } from './normalise/unit-file.ts';
import { presentFiles } from './present-files.ts';

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
