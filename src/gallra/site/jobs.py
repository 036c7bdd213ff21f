"""What runs by itself, on schedule: Procrastinate keeps its jobs in our database, so there is no broker."""

from __future__ import annotations

from procrastinate import App


def on_app_ready(app: App) -> None:
    """Called by Procrastinate's Django integration once Django is ready."""
