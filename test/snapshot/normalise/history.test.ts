import { foreign } from '../../../src/snapshot/foreign.ts';
import { historyStep, instructionOf } from '../../../src/snapshot/normalise/history.ts';

describe('a step of an image’s history', () => {
  it.each([
    ['/bin/sh -c #(nop) ADD file:8582af in /x ', 'ADD'],
    ['/bin/sh -c #(nop)  ENV MACADDRESS=1', 'ENV'],
    ['/bin/sh -c #(nop)  USER 0:0', 'USER'],
    ['/bin/sh -c #(nop)  HEALTHCHECK &{["NONE"] "0s"}', 'HEALTHCHECK'],
    ['/bin/bash -o pipefail -c #(nop) COPY dir:1 in /', 'COPY'],
    ['cmd /S /C #(nop)  CMD ["x"]', 'CMD'],
    ['/bin/sh -c apt-get update && apt-get install -y curl', 'RUN'],
    ['/bin/sh -c echo ADD #(nop) ADD', 'RUN'],
    ['|2 A=1 B=2 /bin/sh -c make', 'RUN'],
    ['powershell -Command Get-Item', 'RUN'],
    ['RUN /bin/sh -c apt-get update # buildkit', 'RUN'],
    ['RUN |1 VERSION=1 /bin/sh -c make # buildkit', 'RUN'],
    ['COPY . /app # buildkit', 'COPY'],
    ['ADD https://example.com/x /x # buildkit', 'ADD'],
    ['WORKDIR /app', 'WORKDIR'],
    ['ENV MACADDRESS=1', 'ENV'],
    ['', ''],
    ["# debian.sh --arch 'amd64' out/", ''],
    ['bazel build //image', ''],
    ['/bin/sh -c #(nop) hunter2', ''],
    ['hunter2', ''],
  ])('%j is %j', (createdBy, instruction) => {
    expect(instructionOf(createdBy)).toBe(instruction);
  });
});

const stepOf = (CreatedBy: string, Size = 0) =>
  historyStep(foreign('GET /images/{id}/history', { CreatedBy, Size, Created: 0 }));

describe('the arguments of a step', () => {
  it.each([
    ['/bin/sh -c #(nop) ADD file:8582af in / ', true],
    ['ADD alpine-minirootfs-3.22.tar.gz / # buildkit', true],
    ['/bin/sh -c #(nop) ADD file:8582af in /x ', false],
    ['ADD https://example.com/x /x/ # buildkit', false],
    ['COPY / / # buildkit', false],
  ])('%j brings a root filesystem: %s', (createdBy, addsToRoot) => {
    expect(stepOf(createdBy)).toMatchObject({ addsToRoot });
  });

  it.each([
    ['/bin/sh -c apt-get update', 'refreshed-alone'],
    ['RUN /bin/sh -c apt-get update # buildkit', 'refreshed-alone'],
    ['|2 A=1 B=x y /bin/sh -c apt-get update', 'refreshed-alone'],
    [
      'RUN |1 A=1 /bin/bash -o pipefail -c apt-get update && apt-get install -y curl # buildkit',
      'refreshed-with-install',
    ],
    ['/bin/sh -c true update-ca-certificates', 'untouched'],
    ['/bin/sh -c #(nop)  ENV A=apt-get update', 'untouched'],
    ['COPY apt-get update', 'untouched'],
  ])('%j leaves the package index %s', (createdBy, packageIndex) => {
    expect(stepOf(createdBy)).toMatchObject({ packageIndex });
  });

  it.each([
    ['/bin/sh -c #(nop)  ENV DB_PASSWORD=hunter2 A=1', ['DB_PASSWORD password', 'A plain']],
    ['ENV DB_PASSWORD=hunter2', ['DB_PASSWORD password']],
    ['ENV GREETING=good morning to all', ['GREETING plain']],
    ['ARG NPM_TOKEN', ['NPM_TOKEN empty']],
    ['ARG NPM_TOKEN=hunter2', ['NPM_TOKEN token']],
    ['|2 NPM_TOKEN=hunter2 B=a b /bin/sh -c npm install', ['NPM_TOKEN token', 'B plain']],
    ['RUN |1 NPM_TOKEN=hunter2 /bin/sh -c npm install # buildkit', ['NPM_TOKEN token']],
    ['/bin/sh -c NPM_TOKEN=hunter2 npm install', ['NPM_TOKEN token']],
    ['LABEL PASSWORD=hunter2', ['PASSWORD password']],
    ['ENV KEY=-----BEGIN PRIVATE KEY----- aGVsbG8 d29ybGQ==', ['KEY private-key']],
    ['ENV A=one d29ybGQ= B=2', ['A plain', 'B plain']],
  ])('%j sets %j', (createdBy, expected) => {
    const step = stepOf(createdBy);

    expect(step.variables.map(({ name, valueClass }) => `${name} ${valueClass}`)).toEqual(expected);
    expect(JSON.stringify(step)).not.toMatch(/hunter2|d29ybGQ/);
  });
});

describe('the words of a step', () => {
  const secretsOf = (createdBy: string) =>
    stepOf(createdBy).variables.map(({ name, valueClass }) => `${name} ${valueClass}`);

  it.each([
    [
      'RUN /bin/sh -c git clone https://bob:hunter2@git.example/x.git # buildkit',
      ['(in the words of RUN) connection-string-with-password'],
    ],
    ['/bin/sh -c export GITHUB_TOKEN=abcdef123 && make', ['GITHUB_TOKEN token']],
    ['RUN /bin/sh -c DB_PASSWORD="correct horse" ./seed', ['DB_PASSWORD password']],
    [
      `RUN /bin/sh -c echo '{"auths":{"x":{"auth":"dXNlcjpwYXNz"}}}' > /root/.docker/config.json`,
      ['(in the words of RUN) password'],
    ],
    ['LABEL deploy.token=ghp_0123456789abcdef', ['deploy.token token']],
    ['/bin/sh -c #(nop)  LABEL key=ghp_0123456789abcdef', ['key token']],
    ['/bin/sh -c #(nop)  CMD ["x" "--db-password" "hunter2"]', ['(in the words of CMD) password']],
    [
      'bazel: url https://bob:hunter2@x.example/',
      ['(in the words of a step) connection-string-with-password'],
    ],
  ])('%j hold %j', (createdBy, expected) => {
    expect(secretsOf(createdBy)).toEqual(expected);
  });

  it.each([
    'RUN /bin/sh -c export TOKEN=$(cat /run/secrets/token) && curl --token $TOKEN https://x.example',
    ['RUN /bin/sh -c git clone https://x-token:$', '{TOKEN}@git.example/x.git'].join(''),
    'RUN /bin/sh -c ./login --password "$(cat /run/secrets/p)" --api-key `cat key`',
    'RUN /bin/sh -c NODE_ENV=production PATH=/x:$PATH npm ci',
    'RUN /bin/sh -c echo 0123456789abcdef0123456789abcdef  x.tgz | sha256sum -c',
    'LABEL org.opencontainers.image.source=https://git.example/x',
  ])('%j hold none', (createdBy) => {
    expect(secretsOf(createdBy)).toEqual([]);
  });
});
