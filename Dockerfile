# The image: Node.js, one bundle, and what the base brings (glibc, libstdc++, certificates). No shell, not root, nothing is written.
#
#   docker build -t net-preflight .                       downloads what package-lock.json names, builds, packs
#   npm ci && npm run build
#   docker build --target prebuilt -t net-preflight .     packs dist/ as it is: the build needs no network
#
# For the same bytes each time, name both bases by digest and give the builder a fixed time
# (`buildah bud --timestamp 0`; BuildKit: SOURCE_DATE_EPOCH=0 with rewrite-timestamp=true).
# Add --label org.opencontainers.image.revision=$(git rev-parse HEAD) when the image is published.

# Node (/usr/local/bin/node), npm and a shell, for the build. Only node itself goes into the image.
ARG BUILD_IMAGE=docker.io/library/node:24-bookworm-slim
# glibc, libstdc++, libgcc and /etc/ssl/certs; of the Debian release of BUILD_IMAGE or newer.
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${BUILD_IMAGE} AS node
# Under its name on the PATH, for `kubectl exec`, `kubectl debug` and exec probes. There is no `env` for the bundle's own first line.
RUN set -eu; \
    mkdir -p /image/usr/local/bin; \
    cp /usr/local/bin/node /image/usr/local/bin/node; \
    printf '%s\n' '#!/usr/local/bin/node' 'import("/usr/local/lib/net-preflight/dist/net-preflight.js");' > /image/usr/local/bin/net-preflight; \
    chmod 0755 /image/usr/local/bin/*

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# No package needs an install script: Node is the build image's own, and esbuild's binary is a package by itself.
RUN npm ci --ignore-scripts
COPY build.ts ./
COPY src src/
# The maps are for debuggers; the bundle keeps its line breaks, so that a stack trace is readable without them.
RUN npm run build -- --quiet && find dist -name '*.map' -exec rm {} + && chmod -R u=rwX,go=rX dist

FROM ${BASE_IMAGE} AS base
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="net-preflight" \
      org.opencontainers.image.description="Says, from inside a pod's own network, whether DNS, HTTPS and DTLS will carry an upgrade, and names the root cause when they will not." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
# First what seldom changes and is large, last the bundle: a new version is a small download.
COPY --from=node /image/ /
COPY --chmod=0644 package.json LICENSE /usr/local/lib/net-preflight/
# A number: the kubelet checks runAsNonRoot before the container starts and cannot look a name up.
USER 65532:65532
# No default arguments: a gate whose arguments were forgotten must not succeed.
ENTRYPOINT ["/usr/local/bin/net-preflight"]

FROM base AS prebuilt
COPY --chmod=0755 dist /usr/local/lib/net-preflight/dist/

FROM base AS image
COPY --from=build /src/dist /usr/local/lib/net-preflight/dist/
