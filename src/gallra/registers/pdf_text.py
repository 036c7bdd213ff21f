"""The text of a PDF: read from standard input, written to standard output. A program, not a module: `contents.py`
runs it in a process of its own, with bounds, because a PDF may be made to break whoever reads it. It imports nothing of
ours.
"""

from __future__ import annotations

import io
import logging
import resource
import sys

MEMORY = 2**30  # bytes
SECONDS = 10
PAGES = 2000


def _bound() -> None:
    bounds = {
        resource.RLIMIT_AS: MEMORY, resource.RLIMIT_CPU: SECONDS, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0,
    }  # fmt: skip
    for what, most in bounds.items():
        resource.setrlimit(what, (most, most))


def main() -> int:
    """0 with the text; 1 where it cannot be read."""
    _bound()
    logging.disable(logging.CRITICAL)  # its warnings may quote the document
    from pypdf import PdfReader

    most, said = int(sys.argv[1]), 0
    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        if reader.is_encrypted and not reader.decrypt(""):
            return 1
        for number, page in enumerate(reader.pages):
            text = page.extract_text()
            said += len(text)
            sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "replace"))
            if said > most or number >= PAGES:
                break
    except Exception:  # whatever a broken file makes the library raise
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
