"""`python -m gallra` is `gallra`."""

from __future__ import annotations

from gallra.cli import app

if __name__ == "__main__":
    app(prog_name="gallra")
