# One image for every service: `gongkai serve NAME`, and for the one-shot commands of an installation.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
# A network with its own mirror: --build-arg PIP_INDEX_URL=… (compose passes it on from .env).
ARG PIP_INDEX_URL=
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /source
COPY tools/bootstrap.lock tools/
RUN python -m venv /tools && /tools/bin/pip install --quiet --require-hashes -r tools/bootstrap.lock
COPY deploy/requirements.lock deploy/
# Where pip looks, uv looks too. Everything is a finished wheel: nothing is compiled, so nothing to compile is needed.
RUN index=$(/tools/bin/pip config get global.index-url 2>/dev/null || true); index=${PIP_INDEX_URL:-$index}; \
    [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"; \
    /tools/bin/uv venv --quiet --python "$(command -v python)" /opt/gongkai \
 && VIRTUAL_ENV=/opt/gongkai /tools/bin/uv pip sync --quiet --require-hashes --only-binary :all: --compile-bytecode deploy/requirements.lock
COPY shared shared
COPY services services
RUN VIRTUAL_ENV=/opt/gongkai /tools/bin/uv pip install --quiet --offline --no-deps --compile-bytecode ./shared ./services/*/

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 gongkai \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin gongkai \
 && install -d -o gongkai -g gongkai -m 0700 /data \
 && install -d -o gongkai -g gongkai -m 0755 /secrets \
 && for name in identity publication newmedia-sync request portal; do \
      install -d -o gongkai -g gongkai -m 0700 "/volumes/$name"; \
    done \
 && install -d -o gongkai -g gongkai -m 0700 /backups
COPY --from=build /opt/gongkai /opt/gongkai
ENV PATH=/opt/gongkai/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GONGKAI_DATA_DIR=/data GONGKAI_BIND_HOST=0.0.0.0 GONGKAI_BIND_PORT=8080
USER 10001:10001
WORKDIR /data
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["gongkai"]
CMD ["--help"]
