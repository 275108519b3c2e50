"""Whether a service answers: `python healthy.py http://127.0.0.1:8787/health` ends with status 0 if it does, else 1.

The image has no curl. Only the standard library is imported: containers run this every few seconds.
"""

from __future__ import annotations

import sys
from http.client import HTTPException
from urllib.request import ProxyHandler, build_opener

SECONDS = 5.0


def answers(url: str, seconds: float = SECONDS) -> bool:
    """Whether a GET request to the URL is answered with success in time. A proxy in the environment is passed over."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=seconds) as answer:
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(not answers(sys.argv[1]))
