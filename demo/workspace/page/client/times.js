const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const short = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/**
 * The moment of a message.
 * @param {string} ts
 */
export const momentOf = (ts) => Number(ts) * 1000;

/**
 * `14:05`
 * @param {number} at
 */
export const timeText = (at) => clock.format(at);

/**
 * `Wednesday 25 November`
 * @param {number} at
 */
export const dayText = (at) => day.format(at);

/**
 * `Wed 25 Nov, 14:05`
 * @param {number} at
 */
export const dateText = (at) => short.format(at);

/**
 * `0.4 ms`, `38 ms`, `1.2 s`; a dash where nobody measured.
 * @param {number | null} ms
 */
export function durationText(ms) {
  if (ms === null) return '–';
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
