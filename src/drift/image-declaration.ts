import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { ImageFacts } from '../snapshot/facts/image.ts';
import { changesOf, type FieldChange } from './configured-fields.ts';

/** What the image of a container declares, as far as a container may differ from it. */
export interface ImageDeclaration {
  user: string;
  /** `80/tcp` */
  exposedPorts: string[];
  healthcheck: ImageFacts['healthcheck'];
  /** Image that the container's reference names on the host by now; null when none does. */
  namedImageId: string | null;
}

/** The declaration of a container's image; null when the image was not read. */
export function imageDeclaration(
  container: Pick<ContainerFacts, 'imageId' | 'imageReference'>,
  images: readonly ImageFacts[],
): ImageDeclaration | null {
  const image = images.find(({ id }) => id === container.imageId);
  if (image === undefined) return null;
  const { imageReference: name } = container;
  const named = images.find(({ id, tags, digests }) => {
    return (
      id === name ||
      tags.includes(name) ||
      tags.includes(`${name}:latest`) ||
      digests.includes(name)
    );
  });
  return {
    user: image.user.declared,
    exposedPorts: image.exposedPorts.map(portText),
    healthcheck: image.healthcheck,
    namedImageId: named?.id ?? null,
  };
}

/**
 * Where a container differs from what its image declares: `removed` is the image's, `added` the
 * container's. That both define a health check does not say that it is the same one.
 */
export function imageChanges(
  { user, exposedPorts, healthcheck, imageId }: ContainerFacts,
  declared: ImageDeclaration,
): FieldChange[] {
  const ports = exposedPorts.map(portText);
  const single = (field: string, image: string, own: string) => changesOf(field, [image], [own]);
  return [
    ...single('user', declared.user || 'not set', user.declared || 'not set'),
    ...changesOf('exposed ports', declared.exposedPorts, ports),
    ...single('health check', declared.healthcheck, healthcheck),
    ...(declared.namedImageId === null
      ? []
      : single('image of that name now', declared.namedImageId, imageId)),
  ];
}

const portText = ({ containerPort, protocol }: ImageFacts['exposedPorts'][number]): string =>
  `${containerPort}/${protocol}`;
