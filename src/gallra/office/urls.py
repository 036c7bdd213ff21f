"""Addresses of the office: numbers, ids of promises, record kinds and keys (references.py); nothing personal."""

from __future__ import annotations

from django.urls import path

from gallra.office import incoming, records, views
from gallra.office.cases import acts as case_acts
from gallra.office.cases import listing as case_listing
from gallra.office.cases import page as case_page
from gallra.office.requests import acts, entering, letter, listing, page

app_name = "office"
urlpatterns = [
    path("", views.board, name="board"),
    path("promises/<str:promise_id>", views.promise, name="promise"),
    path("records/<str:kind>/", records.records, name="records"),
    path("records/<str:kind>/<str:key>", records.record, name="record"),
    path("cases/", case_listing.cases, name="cases"),
    path("cases/<int:number>", case_page.case, name="case"),
    path("cases/<int:number>/answer", case_acts.answer, name="case-answer"),
    path("cases/<int:number>/note", case_acts.note, name="case-note"),
    path("cases/<int:number>/take", case_acts.take, name="case-take"),
    path("cases/<int:number>/close", case_acts.close, name="case-close"),
    path("cases/<int:number>/reopen", case_acts.reopen, name="case-reopen"),
    path("cases/<int:number>/documents/<int:key>", case_page.document, name="case-document"),
    path("incoming/", incoming.incoming, name="incoming"),
    path("incoming/<int:number>", incoming.form, name="incoming-form"),
    path("incoming/sales/<int:number>", incoming.sale, name="incoming-sale"),
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
