// Takes packages that no program of ours ever loads out of `node_modules`, and out of the list of packages
// that `npm sbom` made before. Runs while the image is built, from the folder of the project. What is left
// out, and why, stands in left-out.json; a test demands that nothing in it is ever loaded.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const SBOM = 'sbom.cdx.json';
const INSTALLED = 'node_modules/.package-lock.json';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const patterns = Object.keys(read('scripts/left-out.json'));
const isLeftOut = (name) =>
  patterns.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one));

for (const path of Object.keys(read(INSTALLED).packages)) {
  if (isLeftOut(path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)))
    rmSync(path, { recursive: true, force: true });
}
// npm's own list of what it installed is no longer true.
rmSync(INSTALLED);

const sbom = read(SBOM);
const stays = (ref) => !isLeftOut(ref.slice(0, ref.lastIndexOf('@')));
sbom.components = sbom.components.filter((one) => stays(one['bom-ref']));
sbom.dependencies = sbom.dependencies
  .filter(({ ref }) => stays(ref))
  .map((one) => ({ ...one, dependsOn: one.dependsOn.filter(stays) }));
writeFileSync(SBOM, JSON.stringify(sbom));
