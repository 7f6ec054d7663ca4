"""The version of the program. The package, `--version` and the records of runs ask here."""

VERSION = "0.1.0"
