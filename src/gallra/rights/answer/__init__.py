"""What a person is answered with: a letter (PDF/UA), their data as JSON and CSV, their documents, receipts; one zip,
encrypted at rest.

`letters` makes of what happened a letter as data (blocks.py), `typeset` a PDF of that, `package` the zip, `storing`
keeps it.
"""

from __future__ import annotations
