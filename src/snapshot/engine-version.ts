/** The first number of an engine's version, e.g. 28 of `28.3.0` and of `v28.0.0-rc.1`; null of `master`, and of none. */
export function engineMajor(version: string | null): number | null {
  const [, major] = /^v?([1-9]\d{0,3})\./.exec(version ?? '') ?? [];
  return major === undefined ? null : Number(major);
}
