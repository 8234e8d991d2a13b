import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { readDeeds, readState } from './api.js';

/** @import { Deed, PageState } from '../page-state.ts' */

/**
 * The newest state of the workspace, null until there is one, and what happened underneath while the
 * panel for it is open. Both follow the workspace's changes. `isCurrent` is false while the state is
 * still that of another user or channel.
 * @param {{ channel: string, user: string, isPanelOpen: boolean }} looked
 * @returns {{ state: PageState | null, isCurrent: boolean, deeds: Deed[], isConnected: boolean }}
 */
export function useWorkspace({ channel, user, isPanelOpen }) {
  const [read, setRead] = useState({ key: '', state: /** @type {PageState | null} */ (null) });
  const [deeds, setDeeds] = useState(/** @type {Deed[]} */ ([]));
  const [isConnected, setConnected] = useState(true);
  const newest = useRef(0);

  const refresh = useCallback(async () => {
    newest.current += 1;
    const own = newest.current;
    const state = await readState(channel, user);
    // An answer that was overtaken would show the past.
    if (own === newest.current) setRead({ key: keyOf(channel, user), state });
  }, [channel, user]);
  const refreshDeeds = useCallback(async () => {
    if (isPanelOpen) setDeeds(await readDeeds());
  }, [isPanelOpen]);

  useEffect(() => {
    const changes = new EventSource('/page/changes');
    const follow = () => {
      setConnected(true);
      refresh().catch(() => setConnected(false));
    };
    changes.onmessage = ({ data }) => {
      if (data === 'change') follow();
      else refreshDeeds().catch(() => setConnected(false));
    };
    changes.onerror = () => setConnected(false);
    return () => changes.close();
  }, [refresh, refreshDeeds]);
  useEffect(() => {
    refreshDeeds().catch(() => setConnected(false));
  }, [refreshDeeds]);

  const isCurrent = read.key === keyOf(channel, user);
  return { state: read.state, isCurrent, deeds, isConnected };
}

/**
 * @param {string} channel
 * @param {string} user
 */
const keyOf = (channel, user) => `${channel} ${user}`;
