"""Where data lives: the registers of ours, and other databases (design.md sections 2 and 5)."""
