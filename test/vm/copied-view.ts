import type { RootView } from '../system/truth/root-view.ts';

/** What `machine/copy-proc` printed: a machine as it stood at one moment. Throws for anything else. */
export function copiedView(printed: Buffer): RootView {
  const entries = new Map<string, string>();
  for (let at = 0; at < printed.length; ) {
    const head = /^(\d+) (\d+) /.exec(printed.toString('latin1', at, at + 32));
    if (head === null) throw new Error(`no entry at ${at} of what was copied`);
    const nameAt = at + head[0].length;
    const valueAt = nameAt + Number(head[1]);
    const end = valueAt + Number(head[2]);
    entries.set(printed.toString('utf8', nameAt, valueAt), printed.toString('utf8', valueAt, end));
    at = end + 1;
  }
  const flag = (name: string): boolean | null => {
    const value = entries.get(name);
    return value === undefined ? null : value === '1';
  };
  return {
    text: (path) => entries.get(`text ${path}`) ?? null,
    link: (path) => entries.get(`link ${path}`) ?? null,
    list: (path) => entries.get(`list ${path}`)?.split('\n').filter(Boolean) ?? [],
    isCovered: (pid, path) => flag(`covered ${pid} ${path}`),
    isReadonly: (pid, path) => flag(`readonly ${pid} ${path}`),
  };
}
