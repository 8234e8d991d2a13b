import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { indexedFolders, listUnits, renderIndex } from './indexes.ts';
import { addHashes } from './migration-hashes.ts';

const HASHES = 'test/store/fixtures/migrations.sha256';

for (const folder of indexedFolders.filter((one) => existsSync(one))) {
  writeFileSync(`${folder}/index.ts`, await renderIndex(folder));
}
const migrations = listUnits('migrations').map(
  (name) => [name, readFileSync(`migrations/${name}.ts`, 'utf8')] as const,
);
writeFileSync(HASHES, addHashes(readFileSync(HASHES, 'utf8'), new Map(migrations)));
