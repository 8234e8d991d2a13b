import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from '../../../src/shared/table.ts';
import type { Reply } from '../reply.ts';
import { securityHeaders } from './send-file.ts';

const types = table<string>({
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
});

/** Files of the page by their path, read when the workspace opens; a browser takes them as they are. */
export function readClientFiles(): ReadonlyMap<string, Reply> {
  const folder = join(import.meta.dirname, 'client');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => types.get(extname(name)) !== undefined && name !== 'index.html')
    .map((name): [string, Reply] => [
      `/page/client/${name.replaceAll('\\', '/')}`,
      fileReply(extname(name), readFileSync(join(folder, name), 'utf8')),
    ]);
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const policy = { 'content-security-policy': policyFor(html) };
  return new Map([...files, ...libraryFiles(), ['/', fileReply('.html', html, policy)]]);
}

const fileReply = (ending: string, body: string, headers: Reply['headers'] = {}): Reply => ({
  status: 200,
  headers: {
    ...securityHeaders,
    'content-type': `${types.get(ending)}; charset=utf-8`,
    ...headers,
  },
  body,
});

/** The page's import map names them. */
function libraryFiles(): [string, Reply][] {
  return ['preact', 'preact/hooks'].map((name) => {
    const path = fileURLToPath(import.meta.resolve(name));
    return [
      `/page/library/${name.replace('/', '-')}.js`,
      fileReply('.js', readFileSync(path, 'utf8')),
    ];
  });
}

/** Nothing but the page's own files; of scripts in the page itself the import map alone, by its hash. */
function policyFor(html: string): string {
  const map = /<script type="importmap">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(map).digest('base64');
  return [
    "default-src 'self'",
    `script-src 'self' 'sha256-${hash}'`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
