import { network, port } from './example-facts.ts';

/** A port that a running container asked for in a network that publishes nothing. */
export const notOpened = (hostPort: number) => ({
  container: { ports: [{ ...port('', hostPort), isOpen: false }], networks: ['inner'] },
  networks: [network('inner', { isInternal: true })],
});

/** One that it asked for in an ordinary network, and that its engine does not show. */
export const notShown = (hostPort: number) => ({
  container: { ports: [{ ...port('', hostPort), isOpen: false }], networks: ['bridge'] },
});
