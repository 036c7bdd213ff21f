"""Addresses of the portal. `/` is the policy in its own language; `/sv/` and `/en/` can be shared."""

from __future__ import annotations

from django.urls import path

from gallra.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.policy, name="policy"),
    path("sv/", views.policy, {"lang": "sv"}, name="policy-sv"),
    path("en/", views.policy, {"lang": "en"}, name="policy-en"),
]
