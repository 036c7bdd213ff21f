"""Gallra: a privacy policy that runs."""
