import { type Foreign, field, listOrEmpty, textOrEmpty } from '../foreign.ts';

/** Whether an answer of `GET /version` is Podman's, which speaks Docker's API by rules of its own. */
export const isPodmanVersion = (version: Foreign): boolean =>
  listOrEmpty(field(version, 'Components')).some(
    (component) => textOrEmpty(field(component, 'Name')) === 'Podman Engine',
  );
