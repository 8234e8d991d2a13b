import { fileModeRule } from '../host-file-rules.ts';

export const dockerSocketUnitMode = fileModeRule({
  id: 'docker-socket-unit-mode',
  title: 'docker.socket unit has mode 0644 or stricter',
  control: '3.4',
  severity: 'high',
  rationale:
    "The unit says who may use the engine's socket; who may write it can hand the engine to anyone.",
  role: 'docker-socket-unit',
  path: '/usr/lib/systemd/system/docker.socket',
  noun: 'a docker.socket unit',
  allowed: 0o644,
});
