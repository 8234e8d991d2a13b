import { fileOwnerRule } from '../host-file-rules.ts';

export const dockerSocketUnitOwner = fileOwnerRule({
  id: 'docker-socket-unit-owner',
  title: 'docker.socket unit belongs to root:root',
  control: '3.3',
  severity: 'high',
  rationale:
    "The unit says who may use the engine's socket; its owner can hand the engine to anyone.",
  role: 'docker-socket-unit',
  path: '/usr/lib/systemd/system/docker.socket',
  noun: 'a docker.socket unit',
});
