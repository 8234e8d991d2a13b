import { existsSync, writeFileSync } from 'node:fs';
import { indexedFolders, renderIndex } from './indexes.ts';

for (const folder of indexedFolders.filter((one) => existsSync(one))) {
  writeFileSync(`${folder}/index.ts`, await renderIndex(folder));
}
