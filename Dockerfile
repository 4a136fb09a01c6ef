# Builds Daybook from this clone and packs it alone into a small image.

# The visual editor, with the packages that it is made of.
FROM node:22-trixie-slim AS editor
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY assets ./assets
RUN node assets/editor/bundle.mjs

FROM rust:1-slim-trixie AS build
# jemalloc is built by make, which the slim image does not have.
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
COPY --from=editor /build/assets/editor/dist ./assets/editor/dist
# The caches stay with the Docker engine, so that the next build compiles only what changed.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --profile dist --locked && cp target/dist/daybook /daybook

FROM debian:trixie-slim
# Nobody in particular, and the same number in each image, so that the volume stays theirs.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin daybook \
    && install --directory --owner=daybook --group=daybook --mode=0700 /data
COPY --from=build /daybook /usr/local/bin/daybook
USER daybook
ENV DAYBOOK_DATA=/data \
    DAYBOOK_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
# SIGTERM: Daybook ends what it has begun and leaves within ten seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["daybook", "health"]
ENTRYPOINT ["daybook"]
CMD ["serve"]
