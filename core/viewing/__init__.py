"""Looking at data beside the window: a process of its own reads them, and says what it has seen."""
