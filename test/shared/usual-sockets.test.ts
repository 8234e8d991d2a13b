import { usualSockets } from '../../src/shared/usual-sockets.ts';

it('names the sockets of a user’s own engines, and those of nobody without a home', () => {
  const own = usualSockets({ HOME: '/home/ada', XDG_RUNTIME_DIR: '/run/user/1000' });

  expect(own[0]).toBe('/run/user/1000/docker.sock');
  expect(own).toContain('/home/ada/.docker/run/docker.sock');
  expect(own).toContain('/run/user/1000/podman/podman.sock');
  expect(usualSockets({})).toEqual(['/run/podman/podman.sock']);
});
