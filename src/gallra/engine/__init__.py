"""The engine: record kinds and rules become statements; statements are carried out in batches, each with its receipt.

`due → plan → act → prove` (design.md section 6). Compiling is apart from executing: `compile.py` gives a `Statement`
(text and parameters), an `Executor` (systems/own.py, systems/sql.py) sends it. Nothing here imports a web framework.
"""
