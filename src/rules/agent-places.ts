const below = (folder: string, ...names: string[]) => names.map((name) => `${folder}/${name}`);

/**
 * Of agents, and of programs whose packages add a job of root: those in folders of who makes them, where others keep their
 * data as well.
 */
export const agentPrograms: readonly string[] = [
  ...below('/opt/google', 'chrome', 'chrome-remote-desktop', 'cloud-ops-agent', 'earth'),
  ...below('/opt/microsoft', 'auoms', 'azuremonitoragent', 'dependency-agent', 'mdatp'),
  ...below('/opt/microsoft', 'msedge', 'omsagent', 'omsconfig', 'scx'),
  ...below('/opt/splunkforwarder', 'bin', 'etc', 'lib'),
];
