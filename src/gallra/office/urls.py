"""Addresses of the office: numbers, ids of promises, record kinds and keys (references.py); nothing personal."""

from __future__ import annotations

from django.urls import path

from gallra.office import records, views

app_name = "office"
urlpatterns = [
    path("", views.board, name="board"),
    path("promises/<str:promise_id>", views.promise, name="promise"),
    path("records/<str:kind>/", records.records, name="records"),
    path("records/<str:kind>/<str:key>", records.record, name="record"),
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/<int:number>", views.entry, name="entry"),
    path("outbox/", views.outbox, name="outbox"),
]
