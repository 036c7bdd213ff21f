"""Addresses of the office: numbers, ids of promises, record kinds and keys (references.py); nothing personal."""

from __future__ import annotations

from django.urls import path

from gallra.office import incoming, records, views
from gallra.office.cases import acts as case_acts
from gallra.office.cases import listing as case_listing
from gallra.office.cases import opening as case_opening
from gallra.office.cases import page as case_page
from gallra.office.registers import breaches, disclosures, mail, restrictions
from gallra.office.requests import acts, attachments, entering, letter, listing, page

app_name = "office"
urlpatterns = [
    path("", views.board, name="board"),
    path("promises/<str:promise_id>", views.promise, name="promise"),
    path("records/<str:kind>/", records.records, name="records"),
    path("records/<str:kind>/<str:key>", records.record, name="record"),
    path("cases/", case_listing.cases, name="cases"),
    path("cases/new/", case_opening.new, name="case-new"),
    path("cases/<int:number>", case_page.case, name="case"),
    path("cases/<int:number>/concern", case_acts.concern, name="case-concern"),
    path(
        "cases/<int:number>/concern/<int:key>/remove", case_acts.concern_no_more, name="case-concern-remove"
    ),
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
    path("requests/<int:number>/attachments/<int:key>", attachments.attachment, name="request-attachment"),
    path(
        "requests/<int:number>/<slug:name>/<int:row>/document", attachments.document, name="request-document"
    ),
    path("requests/<int:number>/<slug:name>", acts.act, name="request-act"),
    path("requests/<int:number>/<slug:name>/<int:row>", acts.act, name="request-row"),
    path("restrictions/", restrictions.listed, name="restrictions"),
    path("restrictions/enter", restrictions.enter, name="restrict"),
    path("restrictions/<int:number>", restrictions.one, name="restriction"),
    path("restrictions/<int:number>/<slug:name>", restrictions.act, name="restriction-act"),
    path("disclosures/", disclosures.listed, name="disclosures"),
    path("disclosures/enter", disclosures.enter, name="disclose"),
    path("disclosures/<int:number>", disclosures.one, name="disclosure"),
    path("notices/", disclosures.notices, name="notices"),
    path("notices/<int:number>", disclosures.notice, name="notice"),
    path("notices/<int:number>/<slug:name>", disclosures.tick, name="notice-act"),
    path("breaches/", breaches.listed, name="breaches"),
    path("breaches/enter", breaches.enter, name="breach-enter"),
    path("breaches/<int:number>", breaches.one, name="breach"),
    path("breaches/<int:number>/people", breaches.people, name="breach-people"),
    path("breaches/<int:number>/report.json", breaches.data, name="breach-data"),
    path("breaches/<int:number>/report-<str:lang>.pdf", breaches.report, name="breach-report"),
    path("breaches/<int:number>/message-<str:lang>.pdf", breaches.message, name="breach-message"),
    path("breaches/<int:number>/<slug:name>", breaches.act, name="breach-act"),
    path("mail/", mail.mail, name="mail"),
    path("mail/<int:number>/<slug:name>", mail.act, name="mail-act"),
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/<int:number>", views.entry, name="entry"),
    path("outbox/", views.outbox, name="outbox"),
]
