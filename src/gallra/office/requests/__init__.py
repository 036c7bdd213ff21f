"""The staff's side of requests (rights/): the queue, one page per request from receipt to answer, and what is done
there.

- `listing`: the queue; for every member of staff, since it says nothing of anyone
- `page`: one request; for privacy. What a statute keeps of it is shown to finance, and to nobody else
- `acts`: what staff do, each a verb of rights/; `entering`: a request by telephone, letter or mail (S16)
- `previewing`: exactly what will happen, before somebody says yes; `letter`: the answer's letter, each time recorded

Views are thin: they show what rights/ says and call its verbs. A GET changes nothing; nothing erases here.
"""
