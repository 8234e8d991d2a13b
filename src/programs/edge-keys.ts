import type { EdgeSettings } from '../config/load-settings.ts';
import type { EdgeStore, MakeEdgeKey } from '../ports/edge-store.ts';
import { HOUR_MS } from '../shared/time.ts';

/** What makes one-time keys that lead to the hub of the settings; null where they have none. */
export function edgeKeyMaker(
  settings: Pick<EdgeSettings, 'url'> | null,
  store: Pick<EdgeStore, 'hubKey'>,
): MakeEdgeKey | null {
  if (settings === null) return null;
  return async () => {
    const { createKeyPair } = await import('../tunnel/greeting.ts');
    const { createSecret, hashSecret, writeOneTimeKey } = await import('../tunnel/one-time-key.ts');
    const { publicKey: hubKey } = await store.hubKey(createKeyPair);
    const secret = createSecret();
    const key = writeOneTimeKey({ url: settings.url, hubKey, secret });
    return { key, secretHash: hashSecret(secret), lifeMs: HOUR_MS };
  };
}
