import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as commandIndex from '../../commands/index.ts';
import type { HostDeclaration } from '../answers/ports.ts';
import type { Command, CoreContext } from '../command/command.ts';
import type { HostSettings } from '../config/load-settings.ts';
import { parseEndpoint } from '../engine/endpoint.ts';
import { createSnapshotTaker, type HostConnection } from '../engine/snapshot-taker.ts';
import * as ruleCatalogue from '../rules/catalogue/index.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import { openStore, type Store } from '../store/open-store.ts';

export const commands: readonly Command[] = Object.values(commandIndex);
export const rules = Object.values(ruleCatalogue) as unknown as readonly Rule[];

export interface Core {
  context: CoreContext;
  store: Store;
}

/** A host as the settings declare it, or with `describedAs` the bundled recording. */
export type ConnectedHost = HostSettings & Pick<HostConnection, 'describedAs'>;

/** Joins the core with the engines and the database. Rejects like `openStore` and `parseEndpoint`. */
export async function assembleCore(options: {
  hosts: readonly ConnectedHost[];
  databaseUrl: string;
  policy: Policy;
}): Promise<Core> {
  const now = Date.now;
  const hosts = options.hosts.map(toDeclaration);
  const snapshots = createSnapshotTaker({ hosts: options.hosts.map(toConnection), clock: now });
  const store = await openStore({ url: options.databaseUrl, now });
  const context = {
    version: packageVersion(),
    hosts,
    rules,
    policy: options.policy,
    commands,
    store: store.scans,
    acceptances: store.acceptances,
    snapshots,
    now,
    freshWithinMs: null,
    newId: () => randomUUID(),
  };
  return { context, store };
}

/** Four hex digits: enough to find a line in the log, short enough to type. */
export const newReference = (): string => randomBytes(2).toString('hex');

/** Folder of package.json, from the sources and from the build. */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!hasPackage(folder)) folder = dirname(folder);
  return folder;
}

export function packageVersion(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function hasPackage(folder: string): boolean {
  try {
    readFileSync(join(folder, 'package.json'));
    return true;
  } catch (error) {
    if (dirname(folder) === folder) throw error;
    return false;
  }
}

const toConnection = ({
  name,
  url,
  tls,
  describedAs,
  evidence,
}: ConnectedHost): HostConnection => ({
  name,
  url,
  tls,
  describedAs,
  evidence,
});

function toDeclaration(host: ConnectedHost): HostDeclaration {
  const { endpoint } = parseEndpoint(host.describedAs ?? host.url, host.tls);
  return {
    name: host.name,
    endpoint,
    isDefault: host.isDefault,
    labels: host.labels,
    evidence: host.evidence,
    isSample: host.describedAs !== undefined,
  };
}
