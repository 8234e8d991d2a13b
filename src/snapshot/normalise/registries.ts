import { withoutUserinfo } from '../../shared/mask-secrets.ts';
import type { EngineFacts } from '../facts/engine.ts';
import {
  entries,
  type Foreign,
  field,
  flag,
  isAbsent,
  list,
  listOrEmpty,
  text,
} from '../foreign.ts';

type RegistryFacts = Pick<
  EngineFacts,
  'insecureRegistries' | 'insecureRegistryCidrs' | 'plainMirrors' | 'hasNoMirrors'
>;

/** Which registries an engine uses without verified TLS, as `RegistryConfig` of `/info` lists them. */
export function registryFacts(registries: Foreign, isPodman: boolean): RegistryFacts {
  const configs = field(registries, 'IndexConfigs');
  const insecure = entries(configs)
    .filter(([, config]) => !flag(field(config, 'Secure')))
    .map(([name]) => withoutUserinfo(name));
  const plain = listOrEmpty(field(registries, 'Mirrors'))
    .map((mirror) => withoutUserinfo(text(mirror)))
    .filter((mirror) => /^http:\/\//i.test(mirror));
  return {
    insecureRegistries: insecure.sort(),
    insecureRegistryCidrs: list(field(registries, 'InsecureRegistryCIDRs')).map(text).sort(),
    ...(plain.length === 0 ? {} : { plainMirrors: plain.sort() }),
    ...(isPodman && hasNoMirrors(configs) ? { hasNoMirrors: true as const } : {}),
  };
}

/** Podman lists the mirrors of each registry; an old one has no list, and one that cannot read its file an empty one. */
function hasNoMirrors(configs: Foreign): boolean {
  const mirrors = entries(configs).map(([, config]) => field(config, 'Mirrors'));
  return mirrors.length > 0 && mirrors.every((one) => !isAbsent(one) && list(one).length === 0);
}
