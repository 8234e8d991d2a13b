/** Goes on when nobody reads what it says any more, as after `head`; another failure of a stream ends the process. */
export function outliveReaders({
  stdout,
  stderr,
}: Pick<NodeJS.Process, 'stdout' | 'stderr'>): void {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
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
