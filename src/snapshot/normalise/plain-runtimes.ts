import { entries, type Foreign, field, isAbsent, textOrEmpty } from '../foreign.ts';

const FEATURES = 'org.opencontainers.runtime-spec.features';
/** Annotations by which runc and crun betray themselves, whatever name they were given. */
const VERSION_ANNOTATION = /"(org\.opencontainers\.runc|run\.oci\.crun)\.version"\s*:\s*"/;
const PLAIN_PROGRAM = /(^|\/)(docker-)?(runc|crun|youki)$/;
const PLAIN_TYPE = 'io.containerd.runc.v2';

/**
 * Names of the runtimes of `GET /info` under which a container is made of ordinary processes of the
 * host. The name alone says nothing: what counts is what the program tells of its features, and for
 * engines that do not ask it, what the program is called. A sandbox or a virtual machine has none.
 */
export function plainRuntimes(info: Foreign): Set<string> {
  return new Set(
    entries(field(info, 'Runtimes'))
      .filter(([, runtime]) => isPlain(runtime))
      .map(([name]) => name),
  );
}

function isPlain(runtime: Foreign): boolean {
  const status = field(runtime, 'status');
  const features = isAbsent(status) ? '' : textOrEmpty(field(status, FEATURES));
  if (features !== '') return VERSION_ANNOTATION.test(features);
  const path = textOrEmpty(field(runtime, 'path'));
  const type = textOrEmpty(field(runtime, 'runtimeType'));
  return path === '' ? type === PLAIN_TYPE : PLAIN_PROGRAM.test(path);
}
