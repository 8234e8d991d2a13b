/** In lower case, without the major version that ends the path of a Go module. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(':', '/')
    .replace(/\/v\d*$/, '');

/**
 * True where a person may mean a package by a name: in other letters, or without the group, scope, vendor or path that
 * stands before it (`log4j-core`, `crypto`). Types of a library are not the library.
 */
export function isMeantBy(asked: string, name: string): boolean {
  const wanted = plain(asked);
  const own = plain(name);
  if (own === wanted) return true;
  return wanted !== '' && own.endsWith(`/${wanted}`) && !own.startsWith('@types/');
}

/** What stands last in such a name: equal for a name and all that are meant by it. */
export function lastPartOf(name: string): string {
  const own = plain(name);
  return own.slice(own.lastIndexOf('/') + 1);
}
