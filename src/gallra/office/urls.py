"""Addresses of the office: numbers and ids of promises in them, nothing personal."""

from __future__ import annotations

from django.urls import path

from gallra.office import views

app_name = "office"
urlpatterns = [
    path("", views.board, name="board"),
    path("promises/<str:promise_id>", views.promise, name="promise"),
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/<int:number>", views.entry, name="entry"),
    path("outbox/", views.outbox, name="outbox"),
]
