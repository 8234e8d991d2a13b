import fc from 'fast-check';
import { maskSecrets, withoutUserinfo } from '../../src/shared/mask-secrets.ts';

const canary = 'Qx7canary9Zk';

it.each([
  // What moby says of a volume that could not be mounted: it hides `password=` itself, and no other name.
  `failed to mount local volume: mount //nas/share:/var/lib/docker/volumes/v/_data, data: addr=10.0.0.9,username=u,pass=${canary}: no such device`,
  `mount nas:/x:/y, flags: 0x1, data: credentials of a kind nobody knows ${canary}: connection refused`,
  `mount nas:/x:/y, data: ${canary}`,
  `smb://user:${canary}@nas/share is not there`,
  `cannot open //user:${canary}@nas/share`,
  `Get "https://app:${canary}@registry.example/v2/": EOF`,
  `password=${canary}`,
  `PGPASSWORD=${canary}`,
  `password2=${canary},vers=3.0`,
  `sshfs -o password="${canary} with blanks"`,
  `{"auth":"${canary}","email":""}`,
  `client_secret: '${canary}'`,
  `GET /x?sig=${canary}&a=b`,
  `GET /x?X-Amz-Signature=${canary}`,
  `pass%3D${canary}`,
  `pass=a,,${canary}`,
  `Authorization: Bearer ${canary}`,
  `bearer ${canary}`,
  `X-Registry-Auth: ${canary}`,
  `Set-Cookie: id=${canary}`,
  `docker login --password ${canary}`,
  `docker login -u app -p ${canary} registry.example`,
  `exec: "mysql -u root -p ${canary}": executable file not found in $PATH`,
  `mysqldump -p${canary} shop: exit status 2`,
  `redis-cli -h cache -a ${canary} ping failed`,
  `mysql -u root -p"${canary} with blanks" shop`,
  `sh -c "mysql -p'${canary}' shop"`,
  `curl -u app:${canary} https://api.example: exit 22`,
  `curl -u 'app:${canary}' https://api.example: exit 22`,
  `curl --user="app:with blanks ${canary}" https://api.example`,
  `docker login --password 'with blanks ${canary}'`,
  `redis-server --requirepass ${canary} --port 6380`,
  `cannot connect to app:with@signs@${canary}@db:5432/shop`,
  `cannot connect to app:${canary}@db:5432/shop`,
  `amqp rejected (guest:${canary}@broker)`,
  `join with SWMTKN-1-${canary}`,
  `xoxb-1-${canary}`,
  `eyJhbGciOiJIUzI1NiJ9.${canary}`,
  `AKIAIOSFODNN7EXAMPLE${canary}`,
  `-----BEGIN RSA PRIVATE KEY-----\n${canary}\n-----END RSA PRIVATE KEY-----`,
  `the value ${canary}c2VjcmV0c2VjcmV0 was refused`,
  `the value c2Vjcm/V0c2VjcmV0/${canary}AB+x was refused`,
  `/secrets/${canary}c2VjcmV0c2VjcmV0`,
])('hides the secret and nothing but it: %s', (text) => {
  const masked = maskSecrets(text);

  expect(masked).not.toContain(canary);
  expect(masked).toContain('[hidden]');
});

it.each([
  'No such container: 4f5e6d7c8b9a',
  `No such container: ${'0123456789abcdef'.repeat(4)}`,
  `error creating overlay mount to /var/lib/docker/overlay2/${'0123456789abcdef'.repeat(4)}/merged: no such file or directory`,
  'open /srv/Some/Path/With/Capitals2/and/more/of/them: permission denied',
  `reference sha256:${'0123456789abcdef'.repeat(4)} is unknown`,
  `nginx:1.25@sha256:${'0123456789abcdef'.repeat(4)} was not found`,
  `registry.example:5000/team/app:2@sha256:${'0123456789abcdef'.repeat(4)} was not found`,
  'docker run -p 8080:80 nginx:1.25: port is already allocated',
  'manifest for mysql:8.4 not found',
  'container my-service-production-worker-12 is not running',
  'Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection',
  'client version 1.99 is too new. Maximum supported API version is 1.45',
  'authorization denied by plugin opa: request rejected',
  'connect ECONNREFUSED 10.0.0.1:2376',
  'x509: certificate signed by unknown authority',
])('leaves alone what says what happened: %s', (text) => {
  expect(maskSecrets(text)).toBe(text);
});

it('says what happened beside what it hides', () => {
  expect(
    maskSecrets('failed to mount local volume: mount //nas/s:/d, data: pass=x: no such device'),
  ).toBe('failed to mount local volume: mount //nas/s:/d, data: [hidden]: no such device');
});

it('drops what is beyond its limit, with the word that is cut', () => {
  const masked = maskSecrets(`refused ${'a '.repeat(2_040)}//user:${canary.repeat(200)}@nas`);

  expect(masked.length).toBeLessThan(4_200);
  expect(masked).not.toContain('canary');
});

it('hides a secret wherever it stands', () => {
  const noise = fc.string({ maxLength: 40 });
  fc.assert(
    fc.property(noise, noise, (before, after) => {
      const told = maskSecrets(`${before} pass=${canary} ${after}`);
      expect(told).not.toContain(canary);
    }),
  );
});

it.each([
  ['https://app:pw@registry.example/v2/', 'https://registry.example/v2/'],
  ['//user:pw@nas/share', '//nas/share'],
  ['http://[::1]:2375', 'http://[::1]:2375'],
  ['/srv/a@b//c', '/srv/a@b//c'],
])('takes userinfo out of an address: %s', (address, without) => {
  expect(withoutUserinfo(address)).toBe(without);
});
