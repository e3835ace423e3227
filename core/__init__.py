"""What every layer may use: periods, issues, errors, discovery and language."""

import os

# The matrices here are small, so threads cost more than they give: on a busy machine OpenBLAS threads that
# wait for each other made one estimate 50 times slower. It is read once, when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
