"""Runs that are kept: what was trained, with what, how it went, and how to go on. Only checkpoints need torch."""
