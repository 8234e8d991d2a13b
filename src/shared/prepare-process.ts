/** The outside failed, as in `ExitCode` of the terminal. */
const FAILED = 3;

/**
 * Goes on when nobody reads what it says any more, as after `head`. Where what it says cannot be written otherwise, as to a
 * full disk, it ends with 3 and says so on `stderr`: an answer that nobody got is none, and 1 would mean that one found something.
 */
export function outliveReaders({
  stdout,
  stderr,
  exit,
}: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exit'>): void {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return;
      if (stream === stdout) stderr.write(`What it says could not be written: ${error.message}\n`);
      exit(FAILED);
    });
  }
}

/**
 * Verifies certificates though NODE_TLS_REJECT_UNAUTHORIZED=0 was set for something else, and says so on `stderr`: nobody's
 * would be, neither the database's nor Slack's, a publisher's or a hub's. Before the first connection.
 */
export function verifyCertificates({ env, stderr }: Pick<NodeJS.Process, 'env' | 'stderr'>): void {
  if (env.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return;
  delete env.NODE_TLS_REJECT_UNAUTHORIZED;
  stderr.write(
    'NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed; NODE_EXTRA_CA_CERTS names an authority of your own.\n',
  );
}
