/** Each may bear its version or machine behind its name; those of makers of cards hand everything on to runc. */
const PLAIN_PROGRAM =
  /^((docker-)?(runc|crun|youki)([.-]v?\d[\w.-]*|[.-](amd64|arm64))?|containerd-shim-runc-v\d|nvidia-container-runtime([.-]\w+)?|(amd|habana)-container-runtime)$/;
const PLAIN_TYPES: readonly string[] = ['io.containerd.runc.v1', 'io.containerd.runc.v2'];

/**
 * True for a program, by its path, or a type of containerd that makes ordinary processes of the host.
 * What a program says of itself counts before.
 */
export const isPlainProgram = (path: string): boolean =>
  PLAIN_TYPES.includes(path) || PLAIN_PROGRAM.test(path.slice(path.lastIndexOf('/') + 1));

/**
 * True for the name of a runtime that puts nothing between a container and the kernel: an engine's own, and
 * Podman's `oci`.
 */
export const isPlainName = (name: string): boolean =>
  name === '' || name === 'oci' || name === 'nvidia' || isPlainProgram(name);
