import { existsSync, readFileSync } from 'node:fs';
import { indexedFolders, renderIndex } from '../../src/docs/indexes.ts';
import { pages } from '../../src/docs/pages.ts';

describe('generated files (npm run generate writes them)', () => {
  it.each(indexedFolders)('%s/index.ts lists exactly the units of its folder', async (folder) => {
    const committed = readFileSync(`${folder}/index.ts`, 'utf8');

    expect(committed).toBe(await renderIndex(folder));
  });

  it.each(pages)('$path says what the declarations say', ({ path, render }) => {
    const committed = existsSync(path) ? readFileSync(path, 'utf8') : '(missing)';

    expect(committed).toBe(render());
  });
});
