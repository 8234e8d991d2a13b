/**
 * A field of a table of mounts with its blanks, tabs, newlines, backslashes and `#`, which stand as `\040` in
 * fstab(5) and in what the kernel writes (seq_escape).
 */
export const unescapeOctal = (written: string): string =>
  written.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
