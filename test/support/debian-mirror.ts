import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DebianMirror {
  url: string;
  suite: string;
}

const sourceFolder = '/etc/apt/sources.list.d';

/** Where this machine gets Debian from, and which release it is. */
export function debianMirror(): DebianMirror {
  const deb822 = readdirSync(sourceFolder)
    .filter((name) => name.endsWith('.sources'))
    .map((name) => readFileSync(join(sourceFolder, name), 'utf8'))
    .flatMap((text) => text.split(/\n\s*\n/))
    .map((stanza) => [/^URIs:\s*(\S+)/m.exec(stanza)?.[1], /^Suites:\s*(\S+)/m.exec(stanza)?.[1]]);
  const lines = readdirSync('/etc/apt')
    .filter((name) => name === 'sources.list')
    .map((name) => readFileSync(join('/etc/apt', name), 'utf8'))
    .flatMap((text) => [...text.matchAll(/^deb (?:\[.*?\] )?(\S+) (\S+)/gm)])
    .map(([, url, suite]) => [url, suite]);
  for (const [url, suite] of [...deb822, ...lines]) {
    if (url && suite && /^https?:/.test(url) && /^[a-z]+$/.test(suite)) return { url, suite };
  }
  throw new Error('/etc/apt names no mirror of Debian to make images from');
}

/** What the mirror has to give: the index that names, by hash, every list of packages of a release. */
export async function stateOfMirror({ url, suite }: DebianMirror): Promise<string> {
  const answer = await fetch(`${url}/dists/${suite}/InRelease`);
  if (!answer.ok) throw new Error(`${answer.url} answers ${answer.status}`);
  const hash = createHash('sha256').update(await answer.text());
  return `${url} ${suite} ${hash.digest('hex')}`;
}
