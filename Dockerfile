# One image for web, worker, drain and beat; what it does is said by the command. Settings come from the environment, and
# secrets from files that it names.
FROM python:3.13.9-slim-bookworm AS packages
COPY requirements/run.txt /tmp/run.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /tmp/run.txt

FROM python:3.13.9-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=accelerator.settings
RUN useradd --system --uid 10001 --create-home slipway && install --directory --owner slipway /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
# The key is for this command only: collecting static files signs nothing.
RUN SLIPWAY_SECRET_KEY=never-used-but-while-this-image-is-built SLIPWAY_BASE_URL=http://localhost:8000 \
    python manage.py collectstatic --no-input --verbosity 0
USER slipway
# Uploaded files, unless they are kept in a store. Whoever runs this mounts a volume here, the same for web, worker and
# drain; there is no VOLUME, which would give each container one of its own that the next one does not find.
ENV SLIPWAY_DATA_DIR=/data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-m", "accelerator.healthcheck"]
# As servers/web.py says.
CMD ["granian", "--interface", "wsgi", "accelerator.wsgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "1100", "--backlog", "4096", "--backpressure", "4096", \
     "--no-ws", "--log-level", "error"]
