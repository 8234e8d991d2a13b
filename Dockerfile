# Where no registry is reachable, docs/container-image.md tells how to make both bases.
ARG BUILD_IMAGE=docker.io/library/node:24-trixie-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian13:nonroot

FROM ${BUILD_IMAGE} AS packages
WORKDIR /opt/seawall
COPY package.json package-lock.json .npmrc ./

FROM packages AS program
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=ca \
    npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY migrations migrations
COPY commands commands
COPY scripts/copy-page.mjs scripts/
COPY src src
RUN npm run build

FROM packages AS dependencies
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=ca \
    npm ci --omit=dev --no-audit --no-fund

# Runs the program once, by the user and at the place of the image, which are both part of the name under
# which Node keeps what it compiled. In the image nobody can write it.
FROM dependencies AS compiled
COPY sample sample
COPY fonts fonts
COPY --from=program /opt/seawall/dist dist
RUN install -d --owner 65532 --group 65532 .cache
USER 65532:65532
RUN export DATABASE_URL=sqlite:/tmp/seawall.db NODE_ENV=production \
 && node dist/src/main.js demo --once --port 0 \
 && for line in --version --help help findings containers status posture; do \
      node dist/src/main.js $line; \
    done \
 && chmod -R a+rX .cache

FROM ${BUILD_IMAGE} AS files
RUN test -x /usr/bin/busybox \
 || (apt-get update && apt-get install --yes --no-install-recommends busybox-static)
# The program of the evidence level `kernel`. Here nobody is to run it, so it loses its execute bits.
RUN install -D --mode 0444 /usr/bin/busybox /image/usr/bin/busybox \
 && install -D "$(command -v node)" /image/usr/local/bin/node \
 && install -d --mode 0750 --owner 65532 --group 65532 /image/data

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
COPY fonts /opt/seawall/fonts
COPY sample /opt/seawall/sample
COPY --from=program /opt/seawall/dist /opt/seawall/dist
COPY --from=compiled /opt/seawall/.cache /opt/seawall/.cache
# `seawall.yml` is read from here; the database lies in the volume.
WORKDIR /etc/seawall
ENV DATABASE_URL=sqlite:/data/seawall.db NODE_ENV=production
VOLUME /data
USER 65532:65532
HEALTHCHECK --interval=30s --timeout=10s --start-period=1m --start-interval=2s \
  CMD ["node", "/opt/seawall/dist/src/programs/health.js"]
ENTRYPOINT ["node", "/opt/seawall/dist/src/main.js"]
CMD ["serve"]
