# The bases, by digest; docs/container-image.md tells how to raise them, and how to make both where no
# registry is reachable. One that an argument replaces is not asked for.
ARG BUILD_IMAGE=pinned-build
ARG RUNTIME_IMAGE=pinned-runtime

FROM docker.io/library/node:24.21.0-trixie-slim@sha256:8ec5d7557396cfe32d21c3f9c13072355ceab22b584578ca4bb28af31120cffe AS pinned-build
FROM gcr.io/distroless/cc-debian13:nonroot@sha256:54df941ed0d06a1bd95ef5e0ce391fd8d9f94b64782dc9a60062727849ee3f97 AS pinned-runtime

# What is installed does not hang on the scripts.
FROM ${BUILD_IMAGE} AS named
WORKDIR /opt/seawall
COPY package.json ./
RUN npm pkg delete scripts
# Of what development needs, the build takes what joins the sources.
RUN node -p 'const all = require("/opt/seawall/package.json"), { esbuild } = all.devDependencies; \
    JSON.stringify({ ...all, devDependencies: { esbuild } })' > /opt/build.json

# Once for both: what production runs with, and what the build takes beside it.
FROM ${BUILD_IMAGE} AS installed
WORKDIR /opt/seawall
COPY --from=named /opt/build.json package.json
COPY package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=ca \
    npm ci --no-audit --no-fund

FROM installed AS program
COPY package.json tsconfig.json ./
COPY migrations migrations
COPY commands commands
COPY scripts/build.ts scripts/light-http.ts scripts/
COPY src src
COPY demo demo
RUN npm run build

FROM installed AS dependencies
COPY --from=named /opt/seawall/package.json ./
RUN npm prune --omit=dev --no-audit --no-fund && rmdir node_modules/@esbuild
# Of npm the image has what is loaded, and the list of it for whoever looks for what is open. What only
# development needs would be missing to npm.
COPY scripts/leave-out.mjs scripts/left-out.json scripts/
RUN npm pkg delete devDependencies \
 && npm sbom --sbom-format=cyclonedx --sbom-type=application > sbom.cdx.json \
 && node scripts/leave-out.mjs

# Runs the program once, by the user and at the place of the image, which are both part of the name under
# which Node keeps what it compiled. In the image nobody can write it.
FROM dependencies AS compiled
COPY demo/sample/recordings demo/sample/recordings
COPY fonts fonts
COPY --from=program /opt/seawall/dist dist
RUN install -d --owner 65532 --group 65532 .cache
USER 65532:65532
RUN export DATABASE_URL=sqlite:/tmp/seawall.db NODE_ENV=production \
 && node dist/src/main.js demo --once --port 0 \
 && for line in --version --help help findings containers status posture; do \
      node dist/src/main.js $line || test $? = 3 || exit 1; \
    done \
 && chmod -R a+rX .cache

FROM ${BUILD_IMAGE} AS files
RUN test -x /usr/bin/busybox \
 || (apt-get update && apt-get install --yes --no-install-recommends busybox-static)
# busybox is the program of the evidence level `kernel`. Here nobody is to run it, so it loses its execute
# bits. `seawall` is for who runs a command in the container.
RUN install -D --mode 0444 /usr/bin/busybox /image/usr/bin/busybox \
 && install -D "$(command -v node)" /image/usr/local/bin/node \
 && printf '#!/usr/local/bin/node\nimport("/opt/seawall/dist/src/main.js");\n' \
      > /image/usr/local/bin/seawall && chmod 0755 /image/usr/local/bin/seawall \
 && install -d --mode 0750 --owner 65532 --group 65532 /image/data

# The program beside an engine that nobody can dial (`--target edge`): Node, what it loads, and one library.
FROM dependencies AS edge-files
COPY --from=program /opt/seawall/dist/src/edge/main.js /image/opt/seawall/src/edge/
RUN install -d /image/opt/seawall/node_modules \
 && cp -R node_modules/ws /image/opt/seawall/node_modules/ \
 && cp package.json /image/opt/seawall/ \
 && install -D "$(command -v node)" /image/usr/local/bin/node \
 && install -d --mode 0700 --owner 65532 --group 65532 /image/var/lib/seawall-edge

FROM ${RUNTIME_IMAGE} AS edge
LABEL org.opencontainers.image.title="Seawall edge" \
      org.opencontainers.image.description="Answers a Seawall elsewhere for the Docker engine of this machine" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=edge-files /image /
COPY LICENSE NOTICE /opt/seawall/
ENV NODE_ENV=production
VOLUME /var/lib/seawall-edge
USER 65532:65532
ENTRYPOINT ["node", "/opt/seawall/src/edge/main.js"]

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Seawall" \
      org.opencontainers.image.description="ChatOps bot that answers how secure your containers really are, with evidence" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=files /image /
COPY --from=dependencies /opt/seawall/node_modules /opt/seawall/node_modules
COPY package.json LICENSE NOTICE /opt/seawall/
COPY --from=dependencies /opt/seawall/sbom.cdx.json /opt/seawall/
COPY fonts /opt/seawall/fonts
COPY demo/sample/recordings /opt/seawall/demo/sample/recordings
COPY --from=program /opt/seawall/dist /opt/seawall/dist
COPY --from=compiled /opt/seawall/.cache /opt/seawall/.cache
# `seawall.yml` is read from here; the database lies in the volume.
WORKDIR /etc/seawall
# Threads share pools of memory, of which each otherwise keeps some for itself: 9 MB less.
ENV DATABASE_URL=sqlite:/data/seawall.db NODE_ENV=production MALLOC_ARENA_MAX=2
VOLUME /data
USER 65532:65532
HEALTHCHECK --interval=30s --timeout=10s --start-period=1m --start-interval=2s \
  CMD ["node", "/opt/seawall/dist/src/health.js"]
ENTRYPOINT ["node", "/opt/seawall/dist/src/main.js"]
CMD ["serve"]
