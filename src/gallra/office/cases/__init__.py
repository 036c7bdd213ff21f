"""The staff's side of support cases: what waits for an answer, and one case with its letters, documents and notes. For
those who work with support, and those who answer for privacy.

- `listing`: the cases to answer, those that wait for the customer, one's own, the closed ones
- `page`: one case; that somebody looked is recorded (M10)
- `acts`: answer, note, take, close, reopen: each one form and one verb of the register
"""
