/** Makes what belongs to each key once, and gives it again to whoever asks: nobody may change it. */
export const once = <Key, Value>(make: (key: Key) => Value): ((key: Key) => Value) =>
  kept(new Map<Key, Value>(), make);

/** The same for objects: what belongs to one goes with it. */
export const onceForEach = <Key extends object, Value>(
  make: (key: Key) => Value,
): ((key: Key) => Value) => kept(new WeakMap<Key, Value>(), make);

/** The same for texts without an end, such as questions: it forgets all once it knows so many. */
export function onceLately<Value>(
  most: number,
  make: (text: string) => Value,
): (text: string) => Value {
  const known = new Map<string, Value>();
  return kept(known, (text) => {
    if (known.size >= most) known.clear();
    return make(text);
  });
}

function kept<Key, Value>(
  known: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  make: (key: Key) => Value,
): (key: Key) => Value {
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
