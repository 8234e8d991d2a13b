/**
 * One spelling for a POSIX path of the host: no `.`, `..`, doubled or trailing slashes, and `/run`
 * for `/var/run`, which has been a link to it on every distribution for a decade. A path that does
 * not begin with a slash (Windows) stays as it is.
 */
export function normaliseHostPath(path: string): string {
  if (!path.startsWith('/')) return path;
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  if (kept[0] === 'var' && kept[1] === 'run') kept.shift();
  return `/${kept.join('/')}`;
}
