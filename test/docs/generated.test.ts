import { existsSync, readFileSync } from 'node:fs';
import { indexPaths, renderIndex } from '../../scripts/docs/indexes.ts';
import { pages } from '../../scripts/docs/pages.ts';

describe('generated files (npm run generate writes them)', () => {
  it.each(indexPaths)('%s lists exactly the units of its folder', (path) => {
    const committed = readFileSync(path, 'utf8');

    expect(committed).toBe(renderIndex(path));
  });

  it.each(pages)('$path says what the declarations say', ({ path, render }) => {
    const committed = existsSync(path) ? readFileSync(path, 'utf8') : '(missing)';

    expect(committed).toBe(render());
  });
});
