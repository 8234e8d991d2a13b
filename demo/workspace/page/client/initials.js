import { h } from 'preact';

const HUES = 6;

/**
 * A square with the first letter of a name, in a colour of its own. Decoration: the name stands beside.
 * @param {{ name: string, isApp: boolean }} input
 */
export function Initials({ name, isApp }) {
  const hue =
    Array.from(name, (char) => char.codePointAt(0) ?? 0).reduce((a, b) => a + b, 0) % HUES;
  return h(
    'span',
    { class: isApp ? 'initials app' : `initials hue${hue}`, 'aria-hidden': 'true' },
    name.slice(0, 1).toUpperCase(),
  );
}
