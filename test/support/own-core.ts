import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts';

type CoreOptions = Parameters<typeof assembleCore>[0];

/** A core over a database of its own, which goes with it. */
export interface OwnCore extends Core {
  database: TemporaryDatabase;
  remove(): Promise<void>;
}

/** A declared host whose engine nobody answers for. */
export const silentHost = (name: string, isDefault = false): CoreOptions['hosts'][number] => ({
  ...{ name, url: 'tcp://127.0.0.1:1', isDefault, tls: undefined, labels: {}, evidence: 'api' },
});

/** A core of these hosts by the ordinary policy. */
export async function openOwnCore(
  hosts: CoreOptions['hosts'],
  more: Partial<CoreOptions> = {},
): Promise<OwnCore> {
  const database = temporaryDatabase();
  const databaseUrl = database.url;
  const core = await assembleCore({ hosts, databaseUrl, policy: defaultPolicy, ...more });
  const remove = async () => {
    await core.store.close();
    database.remove();
  };
  return { ...core, database, remove };
}
