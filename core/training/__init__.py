"""Training without a window: what to train with, the loop, its events, and the process it runs in."""
