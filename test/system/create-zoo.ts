import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { untilRuns } from '../support/commands-in.ts';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
import { createContainer } from '../support/run-options.ts';
import { zooNetwork } from './guards.ts';
import { disguisedVolume, profiles, type ZooContainer, zooContainers } from './zoo.ts';
import { zooImages } from './zoo-images.ts';

/** Makes everything the zoo declares; the containers that are there afterwards, with what runs in them. */
export async function createZoo(engine: RealEngine): Promise<ZooContainer[]> {
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
  for (const { name, options, image = baseImage, command = ['sleep', 'infinity'] } of containers) {
    await createContainer(engine.socketPath, name, options, [image, ...command]);
  }
  const named = (...fates: ZooContainer['fate'][]) =>
    containers.filter(({ fate }) => fates.includes(fate)).map(({ name }) => name);
  // One call of the CLI for all: it starts them one after the other, in this order.
  engine.docker('start', ...named(undefined, 'is-paused', 'exits'));
  await untilRuns(engine.root(), '/bin/sh /usr/sbin/sshd');
  engine.docker('pause', ...named('is-paused'));
  engine.docker('wait', ...named('exits'));
  engine.docker('rm', ...named('is-removed'));
  return containers.filter(({ fate }) => fate !== 'is-removed');
}
