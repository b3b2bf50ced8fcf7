# The dashboard for a server open to strangers: docker build -t unrolled . && docker run -p 8501:8501 unrolled
# What the settings mean, and how to run it on this or that host: docs/hosting.md.

# requirements.lock is for this Python.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
# The processor family to compile for; "generic" on anything but x86. A host without it cannot run the code.
ARG CPU=x86-64-v3
ENV RNN_CORE_CPU=${CPU} RNN_CORE_CACHE=/home/unrolled/kernels
RUN useradd --uid 1000 --create-home unrolled && python -m venv /venv
COPY requirements.lock /
RUN /venv/bin/python -m pip install --no-cache-dir --require-hashes --only-binary=:all: -r /requirements.lock
WORKDIR /app
COPY . .
# Compiled code is kept for a source of this very date, and a layer keeps no fractions of a second.
RUN find . -name '*.py' -exec touch -d 2000-01-01T00:00:00Z {} + && /venv/bin/python -m compileall -q .
USER unrolled
RUN /venv/bin/python -m rnn_core prepare

FROM python:${PYTHON}-slim
ARG CPU=x86-64-v3
RUN useradd --uid 1000 --create-home unrolled
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build --chown=unrolled:unrolled /home/unrolled/kernels /home/unrolled/kernels
# One process serves everybody with threads of its own: libraries must not start more. What differs from a person's own
# machine stands here, all else in .streamlit/config.toml.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
    RNN_CORE_CPU=${CPU} RNN_CORE_CACHE=/home/unrolled/kernels \
    UNROLLED_PROFILE=hosted \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 STREAMLIT_BROWSER_SERVER_ADDRESS=localhost STREAMLIT_SERVER_MAX_UPLOAD_SIZE=2 STREAMLIT_SERVER_MAX_MESSAGE_SIZE=20 \
    STREAMLIT_SERVER_MAX_WIDGET_STATE_SIZE=8
USER unrolled
WORKDIR /app
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\", 8501)}/_stcore/health', timeout=4)"]
CMD ["sh", "-c", "exec python -m streamlit run asgi.py --server.port ${PORT:-8501}"]
