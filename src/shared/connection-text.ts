/**
 * The url of a PostgreSQL as `pg` is to have it. There `prefer`, `require` and `verify-ca` mean what `verify-full` does,
 * and each is warned of in ten lines.
 */
export function connectionText(url: string): string {
  if (/[?&]uselibpqcompat=true(&|$)/.test(url)) return url;
  return url.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
}
