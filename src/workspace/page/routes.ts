import type { Actions } from '../actions.ts';
import type { Core } from '../core.ts';
import type { PageRoutes } from '../http-server.ts';

/** Stands in until the page is there. */
export function createPageRoutes(_core: Core, _actions: Actions): PageRoutes {
  return () => false;
}
