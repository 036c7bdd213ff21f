"""Any other SQL database as a system (design.md sections 5 and 6): PostgreSQL, SQLite, MariaDB, MSSQL.

Its record kinds stand in a TOML file beside the policy and become the same `RecordKind`s that our registers
declare. The
engine's statements are compiled for its dialect by `dialect.py`, which knows a portable core and refuses the rest.
"""
