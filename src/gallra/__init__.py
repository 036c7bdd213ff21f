"""Gallra runs a company's privacy policy: publishes it, carries out its periods, and proves it."""

from __future__ import annotations

__version__ = "0.1.0"
