"""Swedish towns with the first digits of their postal codes, and street names that stand in every town."""

from __future__ import annotations

import random

TOWNS: tuple[tuple[str, str], ...] = (
    ("Malmö", "21"), ("Lund", "22"), ("Helsingborg", "25"), ("Kristianstad", "29"), ("Landskrona", "26"),
    ("Trelleborg", "23"), ("Ystad", "27"), ("Eslöv", "24"), ("Hässleholm", "28"), ("Ängelholm", "26"),
    ("Halmstad", "30"), ("Varberg", "43"), ("Växjö", "35"), ("Kalmar", "39"), ("Karlskrona", "37"),
    ("Göteborg", "41"), ("Borås", "50"), ("Skövde", "54"), ("Trollhättan", "46"), ("Uddevalla", "45"),
    ("Jönköping", "55"), ("Linköping", "58"), ("Norrköping", "60"), ("Nyköping", "61"), ("Visby", "62"),
    ("Eskilstuna", "63"), ("Karlstad", "65"), ("Örebro", "70"), ("Västerås", "72"), ("Uppsala", "75"),
    ("Stockholm", "11"), ("Solna", "17"), ("Södertälje", "15"), ("Norrtälje", "76"), ("Falun", "79"),
    ("Gävle", "80"), ("Hudiksvall", "82"), ("Östersund", "83"), ("Sundsvall", "85"), ("Härnösand", "87"),
    ("Umeå", "90"), ("Skellefteå", "93"), ("Luleå", "97"), ("Kiruna", "98"),
)  # fmt: skip
"""A supplier in Malmö has its customers near: the first ten towns are drawn oftest."""

STREETS: tuple[str, ...] = (
    "Storgatan", "Kyrkogatan", "Skolgatan", "Industrigatan", "Verkstadsgatan", "Hantverkaregatan",
    "Hamngatan", "Järnvägsgatan", "Stationsgatan", "Kungsgatan", "Drottninggatan", "Nygatan", "Östergatan",
    "Västergatan", "Södergatan", "Norregatan", "Ringvägen", "Fabriksgatan", "Kvarngatan", "Bruksgatan",
    "Smedjegatan", "Trädgårdsgatan", "Parkgatan", "Ängsvägen", "Björkvägen", "Lindvägen", "Ekvägen",
    "Granitvägen", "Åkervägen", "Lagervägen", "Depågatan", "Terminalgatan", "Mejerigatan", "Slottsgatan",
    "Torggatan",
)  # fmt: skip


def town(rng: random.Random) -> tuple[str, str]:
    """A town and its postal code, "Lund", "224 57": the code has the town's first two digits, the rest is
    invented."""
    nearby = rng.random() < 0.6
    place, prefix = rng.choice(TOWNS[:10] if nearby else TOWNS)
    return place, f"{prefix}{rng.randrange(10)} {rng.randrange(10, 100)}"


def street(rng: random.Random) -> str:
    """A street and a number: "Verkstadsgatan 14 B"."""
    letter = rng.choice(("", "", "", " A", " B", " C"))
    return f"{rng.choice(STREETS)} {rng.randrange(1, 90)}{letter}"
