"""The commands that need no window. Each module has `parser(say)` and `run(options, say) -> status`."""
