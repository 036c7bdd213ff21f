"""The ledger (gallringsjournal): append-only, signed, checkable by anyone, without personal data (design.md
section 7)."""
