import type { NamespaceFact } from '../snapshot/facts/container.ts';
import type { KernelProcess } from '../snapshot/facts/kernel.ts';
import type { NamespaceIds } from '../snapshot/facts/process.ts';
import { isMapped } from '../snapshot/user-mapping.ts';
import {
  BY_LIST,
  type Control,
  type ControlName,
  measured,
  predicted,
  protectedWhere,
  unknown,
} from './control.ts';
import { type ControlFacts, NO_NAMESPACES } from './control-facts.ts';
import { isOfEngine } from './entering.ts';
import { placeOf } from './namespace-place.ts';
import { mainProcess, notRunning, whyUnread } from './seen-tasks.ts';

/** In which namespaces a container is, by their inode numbers. */
export function namespaceControls(facts: ControlFacts): Control[] {
  const { container, engine } = facts;
  const remaps = isMapped(engine, container);
  const byDefault = (isOwn: boolean): NamespaceFact => ({
    mode: isOwn ? 'private' : 'host',
    resolved: isOwn ? 'private' : 'host',
    via: [],
  });
  const user = container.userNamespace.mode === '' ? byDefault(remaps) : container.userNamespace;
  const { cgroupNamespace } = container;
  // An engine asks for one of its own since version 20.10, and gives none to those from before (moby `daemon/oci_linux.go`).
  const cgroup =
    cgroupNamespace.mode === '' && !engine.isPodman ? byDefault(false) : cgroupNamespace;
  return [
    namespace(facts, 'ns-pid', 'pid', container.pidNamespace),
    namespace(facts, 'ns-net', 'network', container.networkNamespace),
    namespace(facts, 'ns-ipc', 'ipc', container.ipcNamespace),
    namespace(facts, 'ns-uts', 'uts', container.utsNamespace),
    namespace(facts, 'ns-mnt', 'mount', byDefault(true)),
    namespace(facts, 'ns-user', 'user', user),
    namespace(facts, 'ns-cgroup', 'cgroup', cgroup),
  ];
}

const straysUnread = ({ pid, name }: KernelProcess): string =>
  `the namespaces of its process ${pid} (${name}), which is in none of its control groups, were not read`;

/**
 * Why nobody knows whose namespace it is that a container once joined: what it joined is gone, or has another one by
 * now. A number alone does not tell that of the host, but where it is known to be another.
 */
function whyLeft(
  facts: ControlFacts,
  kind: keyof NamespaceIds,
  { mode, resolved, via: [joined] }: NamespaceFact,
): string | null {
  const { others, container, processes } = facts;
  if (resolved === 'unknown') {
    const number = mainProcess(container, processes)?.namespaces?.[kind];
    if (isOfEngine(facts, kind, number) === false) return null;
    return mode.startsWith('container:')
      ? 'the container that it joined cannot be found, and whose that is was not read'
      : 'the engine does not tell where its mode leads, and whose that is was not read';
  }
  const numbers = others.get(mode.replace(/^container:/, ''));
  const isTold = numbers && (numbers[kind] !== null || numbers === NO_NAMESPACES);
  return resolved === 'shared' && isTold
    ? `${joined} has it no longer, and whose that is was not read`
    : null;
}

function namespace(
  facts: ControlFacts,
  control: ControlName,
  kind: keyof NamespaceIds,
  declared: NamespaceFact,
): Control {
  const configured = declared.mode === '' ? 'private' : declared.mode;
  // A join looks harmless in the configuration; that it leads to the host is a surprise.
  const isJoin = declared.mode.startsWith('container:');
  const asked = protectedWhere(
    isJoin ? declared.resolved !== 'shared' : declared.resolved !== 'host',
  );
  const isUntold = declared.resolved === 'unknown';
  const given = isUntold ? asked : protectedWhere(declared.resolved === 'private');
  const found = { control, configured } as const;
  const place = placeOf(facts, kind);
  if (place !== null) {
    const via = declared.via.join(' → ');
    const note = place.note ?? (via === '' ? null : `through ${via}`);
    const held = protectedWhere(place.place === 'private' || place.isEntered);
    const control = measured(
      { ...found, effective: place.place, note },
      { asked, given, held },
      place,
    );
    const [stray] = facts.strays;
    const doubt = stray === undefined ? (place.doubt?.why ?? null) : straysUnread(stray);
    // A map of users tells itself that they are not the host's.
    const isByNumber = place.place === 'private' && place.evidence === BY_LIST;
    const left = isByNumber ? whyLeft(facts, kind, declared) : null;
    const why = left ?? (control.verdict === 'enforced' ? doubt : null);
    if (why !== null) return unknown(found, why, place.place);
    // What came into its own takes nothing of it: who enters others could call them all unprotected.
    const isLess = place.isEntered && control.verdict === 'enforced';
    return isLess ? { ...control, verdict: 'weakened' } : control;
  }
  const why = notRunning(facts) ?? (facts.whyNotPredicted === null ? null : whyUnread(facts));
  if (why !== null) return unknown(found, why);
  if (isUntold) {
    const reason = isJoin
      ? 'the container that it joins cannot be found'
      : 'the engine does not tell where its mode leads';
    return unknown(found, reason);
  }
  const note =
    declared.resolved === 'host' && facts.engine.isRootless && !facts.engine.isPodman
      ? 'that of the rootless engine, which need not be the host’s'
      : null;
  return predicted({ ...found, effective: declared.resolved, note }, { asked, given });
}
