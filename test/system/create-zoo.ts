import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
import { zooNetwork } from './guards.ts';
import { disguisedVolume, profiles, type ZooContainer, zooContainers } from './zoo.ts';
import { zooImages } from './zoo-images.ts';

/** Makes everything the zoo declares; the containers that are there afterwards. */
export function createZoo(engine: RealEngine): ZooContainer[] {
  engine.importBaseImage();
  for (const { tag, dockerfile } of zooImages) engine.build(tag, dockerfile);
  engine.docker('network', 'create', zooNetwork);
  engine.docker(
    ...['volume', 'create', '--driver', 'local', '--opt', 'type=none', '--opt', 'o=bind'],
    ...['--opt', `device=${disguisedVolume.hostPath}`, disguisedVolume.name],
  );
  mkdirSync(join(engine.folder, 'shared'));
  for (const [name, profile] of Object.entries(profiles)) {
    writeFileSync(join(engine.folder, `${name}.json`), JSON.stringify(profile));
  }
  const containers = zooContainers(engine);
  for (const container of containers) create(engine, container);
  for (const { name, fate } of containers) if (fate === 'is-removed') engine.docker('rm', name);
  return containers.filter(({ fate }) => fate !== 'is-removed');
}

function create(engine: RealEngine, container: ZooContainer): void {
  const { name, options, image = baseImage, command = ['sleep', 'infinity'], fate } = container;
  engine.docker('create', '--name', name, ...options, image, ...command);
  if (fate === 'stays-created' || fate === 'is-removed') return;
  engine.docker('start', name);
  if (fate === 'is-paused') engine.docker('pause', name);
  if (fate === 'exits') engine.docker('wait', name);
}
