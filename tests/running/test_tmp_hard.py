from __future__ import annotations
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
import pytest
from gallra.running.adopting import adopt
from gallra.running.runs import nightly_sweep
from django.db import connection
from django.test.utils import CaptureQueriesContext

@pytest.mark.parametrize("name", ["swinx", "munkeby-mended", "swinx-mended"])
def test_speed(fresh_database: object, name: str) -> None:
    at = datetime(2021,1,1,1,tzinfo=UTC)
    t=time.time()
    adopt(Path(f"policies/{name}.toml"), reason="x", now=at)
    print("adopt", time.time()-t)
    for i in range(5):
        t=time.time()
        with CaptureQueriesContext(connection) as c:
            nightly_sweep(at+timedelta(days=i+1))
        print(name, time.time()-t, len(c))
    import cProfile,pstats
    p=cProfile.Profile(); p.enable(); nightly_sweep(at+timedelta(days=7)); p.disable()
    pstats.Stats(p).sort_stats("cumtime").print_stats(25)
