import { readFileSync } from 'node:fs';
import type { EdgeSettings } from '../config/load-settings.ts';
import { edgeRemarks } from '../inspections/edge-remarks.ts';
import { workOf } from '../inspections/scan-host.ts';
import type { ScanJob } from '../ports/scan-queue.ts';
import { OutsideError, UserError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { openJob } from '../timers/job.ts';
import type { Core } from './assemble.ts';

/** When the hosts that were added are read again, from the seconds on. */
const REFRESH = '*/2 * * * * *';

/** When it is looked for scans that other processes want of hosts that are connected here. */
const SCANS = '* * * * * *';

/**
 * Keeps the list of hosts up to date, and listens for those that dial out where the settings say so.
 * Rejects with `UserError` for a certificate that cannot be read, and when the port is taken.
 */
export async function openEdges(
  settings: EdgeSettings | null,
  { directory, store, tunnels, context, processId, queue }: Core,
  {
    log,
    onConnected,
  }: {
    log: Logger;
    /** Called when a host came that was not there. */
    onConnected: (host: string) => void;
  },
): Promise<{ port: number | null; close(): Promise<void> }> {
  const refresh = openJob({
    pattern: REFRESH,
    work: directory.refresh,
    failure: 'hosts that were added could not be read',
    log,
  });
  if (settings === null) return { port: null, close: refresh.close };
  const scans = openJob({
    pattern: SCANS,
    work: async () => {
      const { here } = directory.dialled();
      if (here.size > 0) await queue.doWaiting?.([...here], workHere(context));
    },
    failure: 'scans of hosts that dialled out could not be begun',
    log,
  });
  const { openHub } = await import('../hub/open-hub.ts');
  const hub = await openHub({
    ...{ listen: settings.listen, tls: readTls(settings.tls), store: store.edges },
    ...{ tunnels, owner: processId, now: context.now, log },
    onConnected(host) {
      onConnected(host);
      void warnOfClones({ store, context }, host, log);
    },
    isDeclared: directory.isDeclared,
  });
  return {
    port: hub.port,
    async close() {
      await scans.close();
      await hub.close();
      await refresh.close();
    },
  };
}

/** How this process does a job of a host that is connected to it. */
const workHere =
  (context: Core['context']) =>
  ({ host, what }: Pick<ScanJob, 'host' | 'what'>) => {
    const declared = context.hosts.find(({ name }) => name === host);
    if (declared === undefined) throw new Error(`${host} is connected, and unknown`);
    return workOf(context, declared, what);
  };

/** Never rejects: what cannot be read now is told by `hosts`. */
async function warnOfClones(
  { store, context }: Pick<Core, 'store' | 'context'>,
  host: string,
  log: Logger,
): Promise<void> {
  try {
    const edges = await store.edges.listEdges();
    const names = edges.map(({ name }) => name);
    for (const remark of edgeRemarks(edges, { names, now: context.now() })) {
      if (remark.kind !== 'clones' || !remark.hosts.includes(host)) continue;
      const { hosts, engineId } = remark;
      log.warn({ hosts, engineId }, 'hosts say to be one engine: machines that were cloned');
    }
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    log.warn({ error }, 'clones could not be looked for');
  }
}

/** What edges are shown; null where something before Seawall ends TLS. Throws `UserError` for a file that cannot be read. */
export function readTls(files: EdgeSettings['tls']): { cert: string; key: string } | null {
  if (files === null) return null;
  try {
    return { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new UserError(`The certificate or the key of \`edges\` cannot be read: ${reason}.`);
  }
}
