"""Where the program is. Not in conftest.py: a test that imports that runs it a second time, under another name."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
