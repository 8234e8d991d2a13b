// Makes `dist`, which the package and the image hold. Of what it takes to start a command, more than half is Node
// looking for some 750 small files one by one, so the sources are joined into few. Packages stay what npm installs.
import { cpSync, rmSync } from 'node:fs';
import { type BuildOptions, build } from 'esbuild';
import { lightHttp } from './light-http.ts';

const page = 'demo/workspace/page/client';
const joined: BuildOptions = {
  ...{ bundle: true, format: 'esm', platform: 'node', target: 'node22', packages: 'external' },
  // Of its 300 files each is looked for as well.
  alias: {
    kysely: './node_modules/kysely/dist/index.js',
    'kysely/migration': './node_modules/kysely/dist/migration/index.js',
  },
  plugins: [lightHttp],
  ...{ sourcemap: true, sourcesContent: false, logLevel: 'warning' },
};

// What an older source was made into must not be packed.
rmSync('dist', { recursive: true, force: true });
// All in one folder: who starts a process finds its program beside itself.
await build({
  ...joined,
  entryPoints: {
    main: 'src/main.ts',
    health: 'src/programs/health.ts',
    'exposure-worker': 'src/programs/exposure-worker.ts',
    'feed-worker': 'src/programs/feed-worker.ts',
    'list-worker': 'src/programs/list-worker.ts',
    'parse-worker': 'src/engine/parse-worker.ts',
    'walk-worker': 'src/inventory/walk-worker.ts',
  },
  ...{ outdir: 'dist/src', splitting: true },
});
// One file: it stands alone on other machines.
await build({ ...joined, entryPoints: ['src/edge/main.ts'], outdir: 'dist/src/edge' });
// Its licence asks for that.
cpSync('node_modules/kysely/LICENSE', 'dist/src/kysely.LICENSE');
// What a browser takes as it is.
cpSync(page, 'dist/src/client', {
  recursive: true,
  filter: (path) => !path.endsWith('tsconfig.json'),
});
