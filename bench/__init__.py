"""Benchmarks: each case does the work our way and as a good engineer would by hand, by turns, in the same run."""
