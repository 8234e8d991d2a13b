import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { backUp, restore } from '../../src/store/backup.ts';
import { openAsItIs, openStore } from '../../src/store/open-store.ts';
import { temporaryFile } from '../support/temporary-database.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const now = () => 1_000;
const newPlace = () => join(folder, randomUUID());

/** A database that somebody has to himself, as nobody else may even read it. */
async function heldFile() {
  const place = temporaryFile();
  await (await place.open()).close();
  const holder = new Database(place.path);
  holder.pragma('journal_mode = DELETE');
  holder.exec('begin exclusive');
  return { ...place, release: () => holder.close() };
}

it('names what is no file, and what is no folder, to who opens it and to who only looks', async () => {
  const isFolder = newPlace();
  mkdirSync(isFolder);
  const isFile = newPlace();
  writeFileSync(isFile, 'a file');

  for (const [path, detail] of [
    [isFolder, `${isFolder} is no file`],
    [join(isFile, 'seawall.db'), `${isFile} is no folder`],
  ] as const) {
    const url = `sqlite:${path}`;
    const said = { code: 'store-failed', detail: expect.stringContaining(detail) };
    await expect(openStore({ url, now })).rejects.toMatchObject(said);
    await expect(openAsItIs({ url, now })).rejects.toMatchObject(said);
  }
});

it('does not promise who only looks a database that a start could not make', async () => {
  const missing = newPlace();

  await expect(openAsItIs({ url: `sqlite:${missing}/data/seawall.db`, now })).rejects.toMatchObject(
    {
      detail: expect.stringContaining(`the folder ${missing} is missing`),
    },
  );
  expect(await openAsItIs({ url: `sqlite:${missing}/seawall.db`, now })).toEqual({ waiting: null });
  expect(existsSync(missing)).toBe(false);
});

it('says of a database that another program holds that it is held, and leaves no backup of it', async () => {
  const { url, release, remove } = await heldFile();
  const target = newPlace();
  try {
    await expect(backUp(url, target)).rejects.toMatchObject({
      detail: expect.stringContaining('SQLITE_BUSY'),
      remedy: expect.stringContaining('Another program'),
    });
    expect([target, `${target}.part`].filter((path) => existsSync(path))).toEqual([]);
  } finally {
    release();
    remove();
  }
});

it('names the file that is no database, whether it is copied or restored', async () => {
  const place = temporaryFile();
  const text = newPlace();
  writeFileSync(text, 'no database, '.repeat(1_000));
  const named = {
    detail: expect.stringContaining(`${text} is damaged or no database`),
    remedy: '',
  };
  try {
    await expect(backUp(`sqlite:${text}`, newPlace())).rejects.toMatchObject(named);
    await expect(restore(place.url, text, 'before')).rejects.toMatchObject(named);
  } finally {
    place.remove();
    rmSync(text);
  }
});
