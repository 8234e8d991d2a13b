import http from 'node:http';
import type { Plugin } from 'esbuild';

const NAME = 'node:http';
/** What is made at once, and not when it is asked for. */
const names = Object.entries(Object.getOwnPropertyDescriptors(http))
  .filter(([, { get }]) => get === undefined)
  .map(([name]) => name);

/**
 * For esbuild: a joined program takes `node:http` without what Node keeps there for `fetch` and `WebSocket`. An import
 * makes all that the module exports, which takes 80 ms of a processor; what is asked for like this makes it when needed.
 */
export const lightHttp: Plugin = {
  name: 'light http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:http$/, namespace: 'file' }, ({ kind }) =>
      kind === 'require-call' ? undefined : { path: NAME, namespace: 'light' },
    );
    onLoad({ filter: /./, namespace: 'light' }, () => ({
      contents: `
        const http = process.getBuiltinModule('${NAME}');
        export default http;
        export const { ${names.join(', ')} } = http;`,
    }));
  },
};
