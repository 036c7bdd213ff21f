"""Every address of the site."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gallra.site import demo_access, health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("gallra.portal.urls")),
    path("office/", include("gallra.office.urls")),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("health", health.health, name="health"),
    path("demo/<str:token>", demo_access.enter, name="demo"),
]
