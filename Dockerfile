# The gateway in a container: the way for Docker Desktop, where gateway, helper and disks must share one Linux machine.
#   docker compose up
# It runs as root: the engine's socket belongs to root and to a group whose number differs from machine to machine, and whoever
# may use that socket is as good as root there anyway.
ARG BASE=node:22-bookworm-slim

FROM ${BASE} AS build
WORKDIR /cloudyard
# For better-sqlite3, where no prebuilt one can be had.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends g++ make python3 \
 && rm -rf /var/lib/apt/lists/*
# Packages first: a change of the sources does not install them again.
COPY package.json package-lock.json ./
COPY scripts ./scripts
RUN node scripts/setup.mjs packages
COPY . .
# Pruned of optional packages too: npm counts Prisma's command line, hundreds of MB, as one that may stay.
RUN node scripts/setup.mjs && npm prune --omit=dev --omit=optional --loglevel=error --no-audit --no-fund

FROM ${BASE}
WORKDIR /cloudyard
COPY --from=build /cloudyard/package.json /cloudyard/LICENSE ./
COPY --from=build /cloudyard/node_modules ./node_modules
COPY --from=build /cloudyard/appliance ./appliance
COPY --from=build /cloudyard/assets ./assets
COPY --from=build /cloudyard/prisma/migrations ./prisma/migrations
COPY --from=build /cloudyard/dist ./dist
ENV NODE_ENV=production CLOUDYARD_STATE=/state CLOUDYARD_PORT=7070
VOLUME /state
EXPOSE 7070
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.CLOUDYARD_PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/cli/main.js"]
CMD ["up", "--host", "0.0.0.0"]
