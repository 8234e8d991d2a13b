import type { VolumeFacts } from '../facts/volume.ts';
import { type Foreign, field, list, text } from '../foreign.ts';
import { bindSourceOf, isReadonlyVolume, volumeMountOf } from './mounts.ts';

/** The volumes in an answer of `GET /volumes`, in its order. */
export const volumeFacts = (answer: Foreign): VolumeFacts[] =>
  list(field(answer, 'Volumes')).map((volume) => ({
    name: text(field(volume, 'Name')),
    driver: text(field(volume, 'Driver')),
    bindSource: bindSourceOf(volume),
    mount: volumeMountOf(volume),
    ...(isReadonlyVolume(volume) ? { isReadonly: true as const } : {}),
  }));
