/** Registries beyond these are not looked at: an image list is as long as its host likes. */
const REGISTRIES_MAX = 50;

/**
 * Host and port of registries as they stand in the names of certificate folders, sorted: those of
 * image references (`docker.io` where they name none) and those that the engine was told of.
 */
export function registriesOf(references: readonly string[], told: readonly string[]): string[] {
  const named = references.map((reference) => {
    const [first = '', ...rest] = reference.split('/');
    const isHost = rest.length > 0 && (first === 'localhost' || /[.:]/.test(first));
    return isHost ? first : 'docker.io';
  });
  const safe = [...named, ...told].filter((name) =>
    /^[A-Za-z0-9](?!.*\.\.)[A-Za-z0-9.:-]*$/.test(name),
  );
  return [...new Set(safe)].sort().slice(0, REGISTRIES_MAX);
}
