/** Adds to the list of a key, which begins with the first that is added, and gives that list. */
export function addTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, one: Value): Value[] {
  const list = lists.get(key);
  if (list === undefined) {
    const begun = [one];
    lists.set(key, begun);
    return begun;
  }
  list.push(one);
  return list;
}
