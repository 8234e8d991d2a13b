import { existsSync, readFileSync } from 'node:fs';
import { indexedFolders, indexPath, renderIndex } from '../../src/docs/indexes.ts';
import { pages } from '../../src/docs/pages.ts';

describe('generated files (npm run generate writes them)', () => {
  it.each(indexedFolders)(
    'the index of %s lists exactly the units of its folder',
    async (folder) => {
      const committed = readFileSync(indexPath(folder), 'utf8');

      expect(committed).toBe(await renderIndex(folder));
    },
  );

  it.each(pages)('$path says what the declarations say', ({ path, render }) => {
    const committed = existsSync(path) ? readFileSync(path, 'utf8') : '(missing)';

    expect(committed).toBe(render());
  });
});
