# The service, and every command of it. Node runs the TypeScript as it is: there is nothing to build.
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Optional packages bring along a PostgreSQL and a Node of their own, for machines that have neither.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && npm cache clean --force

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY engine engine
COPY workflows workflows
COPY projections projections
COPY migrations migrations
COPY services services
# All that is ever written to; a volume that is laid there for the first time takes over whose it is.
RUN install -d -o node -g node -m 0700 /data /data/files /certificates /certificates/authority /certificates/node \
  && install -d -o node -g node -m 0755 /certificates/public
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "services/gongchuang.ts"]
CMD ["start", "--empty"]
