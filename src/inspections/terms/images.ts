import type { Term } from './term.ts';

/** What containers are made of. */
export const imageTerms: readonly Term[] = [
  {
    id: 'image',
    name: 'image',
    aliases: ['images', 'container image', 'docker image', 'layer', 'layers'],
    text: 'The files and the settings that a container starts from, as a stack of read-only layers. What a later layer deletes is still in the earlier one, secrets included. An image never changes: a fix arrives only by building or pulling another one and making the container anew.',
    source: 'OCI image specification',
    rules: ['image-user-set', 'image-healthcheck', 'image-rebuilt', 'no-image-secret'],
  },
  {
    id: 'image-tag',
    name: 'image tag',
    aliases: ['tag', 'image name', 'image reference', 'latest'],
    text: 'A name for an image in a registry, such as `redis:7.2`. Whoever may push can move it to another image at any time, so the same name may mean different things on two days or two hosts. `latest` is a tag like any other: it is what nobody named, not what is newest.',
    source: 'OCI distribution specification; Docker manual, `docker image tag`',
    rules: ['no-mutable-tag'],
    containers: { label: 'Made from a tag that moves', facet: 'mutable-tag' },
  },
  {
    id: 'mutable-tag',
    name: 'mutable tag',
    aliases: ['floating tag', 'moving tag', 'rolling tag'],
    text: 'A tag that is meant to move, such as `latest`, `stable` or `7`. A restart can then bring other software than was tested, and nobody can tell afterwards what ran. Name a full version, or better the digest.',
    source: 'Docker manual, “Image digests”',
    rules: ['no-mutable-tag'],
    containers: { label: 'Made from one', facet: 'mutable-tag' },
  },
  {
    id: 'image-digest',
    name: 'image digest',
    aliases: ['digest', 'sha256', 'repo digest', 'pinned image', 'pin'],
    text: 'The SHA-256 of an image’s manifest, as in `redis@sha256:…`. It names exactly one content for all time, whoever holds the registry, so what was tested is what runs. Updates then happen only when somebody, or a bot, changes the digest.',
    source: 'OCI image specification, “Digests”',
    rules: ['no-mutable-tag'],
    containers: {
      label: 'Pinned by digest',
      match: ({ imageReference }) => imageReference.includes('@sha256:'),
    },
  },
  {
    id: 'environment-secret',
    name: 'secret in the environment',
    aliases: ['env secret', 'environment variable', 'secret', 'secrets', 'password'],
    text: 'A password or key in an environment variable. Everybody who may inspect the container reads it, child processes inherit it, and it ends up in crash reports and logs. A mounted file, such as a Compose or Swarm secret, does not. Seawall keeps the names of variables and never their values.',
    source: 'Docker manual, “Manage sensitive data with Docker secrets”',
    rules: ['no-env-secret', 'no-image-secret'],
    containers: { label: 'With one', facet: 'env-secret' },
  },
  {
    id: 'registry',
    name: 'registry',
    aliases: ['image registry', 'docker hub', 'insecure registry'],
    text: 'The service that images are pulled from and pushed to. Who can push there decides what your hosts run at the next pull. A registry listed as insecure is used without verified TLS, so that anybody on the way can swap an image that is not pinned by digest.',
    source: 'OCI distribution specification; Docker manual, “Deploy a registry”',
    rules: ['no-insecure-registry', 'trusted-image-source'],
  },
];
