"""The window: views that draw what the document holds and ask it to change."""
