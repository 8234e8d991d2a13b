import { instructionOf } from '../../../src/snapshot/normalise/history.ts';

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
