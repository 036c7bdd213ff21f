"""Addresses of the office: numbers, ids of promises, record kinds and keys (references.py); nothing personal."""

from __future__ import annotations

from django.urls import path

from gallra.office import records, views
from gallra.office.requests import acts, entering, letter, listing, page

app_name = "office"
urlpatterns = [
    path("", views.board, name="board"),
    path("promises/<str:promise_id>", views.promise, name="promise"),
    path("records/<str:kind>/", records.records, name="records"),
    path("records/<str:kind>/<str:key>", records.record, name="record"),
    path("requests/", listing.requests, name="requests"),
    path("requests/enter", entering.enter, name="request-enter"),
    path("requests/<int:number>", page.request_page, name="request"),
    path("requests/<int:number>/preview", page.preview_page, name="request-preview"),
    path("requests/<int:number>/letter", letter.letter, name="request-letter"),
    path("requests/<int:number>/<slug:name>", acts.act, name="request-act"),
    path("requests/<int:number>/<slug:name>/<int:row>", acts.act, name="request-row"),
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/<int:number>", views.entry, name="entry"),
    path("outbox/", views.outbox, name="outbox"),
]
