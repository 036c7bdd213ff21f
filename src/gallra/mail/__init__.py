"""Mail out and in: what the installation writes to people, and what they write to its privacy mailbox (S21, M24)."""
