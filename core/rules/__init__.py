"""What can be wrong with a layout, as problems with the edits that mend them. `core.shapes` asks here."""
