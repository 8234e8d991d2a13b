// Puts what a browser takes as it is beside what tsc made of the rest.
import { cpSync } from 'node:fs';

const page = 'demo/workspace/page/client';

cpSync(page, `dist/${page}`, {
  recursive: true,
  filter: (path) => !path.endsWith('tsconfig.json'),
});
