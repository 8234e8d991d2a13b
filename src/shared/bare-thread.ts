/** An older Node calls it experimental that it runs sources. */
const OPTIONS = ['--disable-warning=ExperimentalWarning'];

/**
 * What a thread is started with that reads what others wrote: neither the secrets of the program nor its
 * options. Only where Node keeps what it compiled (`NODE_COMPILE_CACHE`) is told, if it is for the program:
 * that spares a thread most of its start.
 */
export function bareThread(): { env: Record<string, string>; execArgv: string[] } {
  const { NODE_COMPILE_CACHE } = process.env;
  return { env: NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}, execArgv: OPTIONS };
}
