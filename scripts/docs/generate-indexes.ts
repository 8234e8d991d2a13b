import { readFileSync, writeFileSync } from 'node:fs';
import { indexPaths, listUnits, renderIndex } from './indexes.ts';
import { addHashes } from './migration-hashes.ts';

const HASHES = 'test/store/fixtures/migrations.sha256';

for (const path of indexPaths) writeFileSync(path, renderIndex(path));
const migrations = listUnits('migrations').map(
  (name) => [name, readFileSync(`migrations/${name}.ts`, 'utf8')] as const,
);
writeFileSync(HASHES, addHashes(readFileSync(HASHES, 'utf8'), new Map(migrations)));
