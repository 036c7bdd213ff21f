"""The sections of the page: each module takes its part of the policy and says it with the sentences of
`wording.sentences`.
"""
