"""The generator: believable companies and people for demos, tests and benchmarks, the same for the same seed.

Names are invented, numbers pass their check digits but belong to nobody, addresses are reserved for examples,
telephones ring nowhere. `make_company` fills the registers that a policy names; `make_cases` and
`make_simple_rows` make volume.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gallra.registers.generate.making import Summary as Summary
    from gallra.registers.generate.making import make_company as make_company
    from gallra.registers.generate.volume import make_cases as make_cases
    from gallra.registers.generate.volume import make_simple_rows as make_simple_rows

_PLACES = {
    "Summary": "making",
    "make_company": "making",
    "make_cases": "volume",
    "make_simple_rows": "volume",
}


def __getattr__(name: str) -> Any:
    """Loads what needs Django only when it is asked for: the making of names and histories is pure."""
    from importlib import import_module

    if name not in _PLACES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
