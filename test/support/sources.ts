import { join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');

/** The program as it stands in the sources, to be run by Node. */
export const mainSource = join(project, 'src/main.ts');
/** Node keeps here what it made of the sources, which is half of the work of a start. */
export const sparingNode = { NODE_COMPILE_CACHE: join(project, '.cache/compiled') };
