import http from 'node:http';
import type { Plugin } from 'esbuild';

const NAME = 'node:http';
/** Those that Node makes of what it has for `fetch` when they are asked for, or when `node:http` is imported. */
const LATE = ['CloseEvent', 'MessageEvent', 'WebSocket'];
const names = Object.keys(http).filter((name) => !LATE.includes(name));

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
