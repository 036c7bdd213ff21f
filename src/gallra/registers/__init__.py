"""The registers a supplier of business software needs: one Django app each (design.md section 8).

`kinds.py` in each declares its record kinds as data and imports no framework; `models.py` stands beside it,
and a test holds the two against each other. `actions.py` has the verbs.
"""
