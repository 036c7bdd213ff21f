"""Addresses of the portal. `/` is the policy in its own language; `/sv/` and `/en/` can be shared. Nothing personal
stands in an address: rights by name, requests by number, links by a token that only the mail has."""

from __future__ import annotations

from django.urls import path

from gallra.portal import (
    asking,
    entering,
    links,
    mine,
    security,
    support,
    support_account,
    support_signing,
    unsubscribing,
    views,
)

app_name = "portal"
urlpatterns = [
    path("", views.policy, name="policy"),
    path("sv/", views.policy, {"lang": "sv"}, name="policy-sv"),
    path("en/", views.policy, {"lang": "en"}, name="policy-en"),
    path("rights/", asking.rights, name="rights"),
    path("rights/confirmed/", links.confirmed, name="confirmed"),
    path("rights/confirm/<str:token>", links.confirm, name="confirm"),
    path("rights/answer/<str:token>", links.answer, name="answer"),
    path("rights/answer/<str:token>/receipt", links.receipt, name="answer-receipt"),
    path("rights/<slug:right>/", asking.ask, name="ask"),
    path("rights/<slug:right>/received/", asking.received, name="received"),
    path("my/", mine.everything, name="my"),
    path("my/address/", mine.address, name="my-address"),
    path("my/code/", mine.code, name="my-code"),
    path("my/leave/", mine.leave, name="my-leave"),
    path("my/records/<str:kind>/", mine.records, name="my-records"),
    path("my/answers/<int:number>", mine.fetch, name="my-answer"),
    path("my/requests/<int:number>/withdraw", mine.withdraw, name="my-withdraw"),
    path("support/", support.cases, name="support"),
    path("support/sign-in/", support_signing.sign_in, name="support-sign-in"),
    path("support/code/", support_signing.code, name="support-code"),
    path("support/join/", support_signing.join, name="support-join"),
    path("support/leave/", support_signing.leave, name="support-leave"),
    path("support/account/", support_account.details, name="support-account"),
    path("support/account/close", support_account.close, name="support-close"),
    path("support/new/", support.new, name="support-new"),
    path("support/cases/<int:number>", support.case, name="support-case"),
    path("support/cases/<int:number>/reply", support.reply, name="support-reply"),
    path("support/cases/<int:number>/documents/<int:key>", support.document, name="support-document"),
    path("ways/", entering.every_way, name="ways"),
    path("ways/newsletter/confirmed/", entering.confirmed, name="sign-up-confirmed"),
    path("ways/newsletter/confirm/<str:token>", entering.confirm, name="sign-up-confirm"),
    path("ways/<slug:slug>/", entering.enter, name="way"),
    path("ways/<slug:slug>/received/", entering.received, name="way-received"),
    path("unsubscribe/<str:token>", unsubscribing.unsubscribe, name="unsubscribe"),
    path(".well-known/security.txt", security.security_txt, name="security"),
]
