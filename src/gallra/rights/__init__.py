"""Rights: requests from receipt to answer (design.md section 9; Articles 12–22; S15–S16, S19–S22, M21–M24).

What pages, the command line and other apps call; every verb is one transaction with its entry in the ledger, raises
`errors.Refused` (a code and a sentence) and `NoPolicy`, and takes `now`; `by` is "user 12", "command line", or empty
for the person themselves:

- `requests`: `receive`, `confirm` (a link's token), `send_link`, `sort`, `identify`, `ask_identity`, `resume`,
  `extend`, `withdraw`
- `deciding`: `decide`, `decide_mention`, `decide_twin`, `decide_wishes`, `undecided`, `approve`, `refuse`,
  `complaint`
- `links`: `look` (for a GET: changes nothing), purposes CONFIRM and ANSWER, and `PATHS` under which pages serve them
- `fetching`: `look`, `send_code`, `fetch`: an answer by its link and a fresh code
- `reasons`: `give` (S22, in a transaction of its own), `given`
- `looking.look_up`, `carrying.carry_out`: what the jobs do; `carrying.step_of` for progress
- `queue`: what is open, with days left and next step, in a fixed number of queries
- `book.receipts`: the ledger's entries about a request; `book.due_of`: its day, and how it came about
- `clock`: the days of Article 12(3), pure
- `models`: `Request` with its `links`, `decisions`, `mentions`, `twins`, `answer`; `StopReason`
"""
