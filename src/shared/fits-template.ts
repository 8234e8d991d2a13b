/** Ids and names as engines give them: no encoding, nothing that leaves its segment. */
const SEGMENT = /^[A-Za-z0-9_.:@-]{1,256}$/;

/** Whether a path is that of a declared call, in which `{id}` stands for exactly one segment without `..`. */
export function fitsTemplate(path: string, template: string): boolean {
  const [segments, expected] = [path.split('/'), template.split('/')];
  if (segments.length !== expected.length) return false;
  return expected.every((part, index) => {
    const segment = segments[index] ?? '';
    if (part !== '{id}') return segment === part;
    return SEGMENT.test(segment) && segment !== '.' && !segment.includes('..');
  });
}
