"""Every address of the site."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from gallra.site import accounts, demo_access, health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("gallra.portal.urls")),
    path("office/", include("gallra.office.urls")),
    # Nobody has a password, signs up, or changes their address here: allauth's pages for that do not exist.
    re_path(r"^account/(signup|password|email|confirm-email|phone|inactive)\b", accounts.closed),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("health", health.health, name="health"),
    path("demo/<str:token>", demo_access.enter, name="demo"),
]
