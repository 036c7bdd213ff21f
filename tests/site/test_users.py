"""Who signs in."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from gallra.site.models import Role, User


@pytest.mark.usefixtures("db")
def test_one_address_is_one_user() -> None:
    User.objects.create_user(email=" Alva@Gallra.example ", role=Role.PRIVACY)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(email="alva@gallra.EXAMPLE")
    assert User.objects.get_by_natural_key("ALVA@gallra.example").is_staff


@pytest.mark.usefixtures("db")
def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(email="alva@gallra.example", role="king")


def test_a_user_is_shown_without_address() -> None:
    assert str(User(pk=7, email="bo@company.example")) == "user 7"
