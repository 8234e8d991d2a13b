import type { LayerOrigin } from '../exposure/layer-origin.ts';
import type { Reading } from '../shared/reading.ts';
import { clamp } from '../shared/text.ts';

/** Which layers brought a package, e.g. `came with base debian:12 (layers 1 to 3 of 7)`; why nobody knows where that is so. */
export function layerText(layer: Reading<LayerOrigin>, host: string): string {
  if (layer.state === 'unread') return `layer not known: ${layer.reason}`;
  const { by, base, layers, replaces } = layer.value;
  if (base === null || layers === null) {
    return 'installed in the container, its image does not have it';
  }
  const { from, to, of } = layers;
  const which = from === to ? `layer ${from} of ${of}` : `layers ${from} to ${to} of ${of}`;
  const id = /^sha256:(.{12})/.exec(base.name)?.[1];
  const name = id ?? clamp(base.name, 80);
  // Another engine says itself which layers its image has.
  const whose = base.host === host ? name : `${name} of ${clamp(base.host, 60)}`;
  const instead = replaces === null ? '' : `, instead of ${clamp(replaces, 60)}`;
  return `${by === 'base' ? 'came with' : 'added above'} base ${whose} (${which})${instead}`;
}
