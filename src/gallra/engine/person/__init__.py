"""One person in every system: found, given out, corrected, erased (Articles 15 to 17 and 20; S15, S20, M21, M23).

A person is whoever stands behind one confirmed address: found, not stored. Nothing here imports a web framework.
"""
