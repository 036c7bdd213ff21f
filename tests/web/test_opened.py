"""Opening a record's page is noted by role and day, and a restricted person's opens for privacy only."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gallra.office.references import reference
from gallra.rights import opened, restriction
from gallra.rights.models import Opening
from gallra.site.models import Role, User
from gallra.systems import own
from tests.rights.world import ALVA, BO, policy
from tests.running.world import case, contact

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.promise("M10")
@pytest.mark.article("18")
def test_opening_a_record_is_noted_and_a_restricted_persons_is_for_privacy_only() -> None:
    policy()
    number = case(contact=contact(BO)).pk
    address = reverse("office:record", args=["support.case", reference(own.kinds()["support.case"], number)])
    users = User.objects.create_user
    staff = {role: users(email=f"{role}@munkeby.example", name="Alva", role=role) for role in Role.values}
    client = Client()
    client.force_login(staff[Role.SUPPORT])
    assert client.head(address).status_code == 200
    assert not Opening.objects.exists()
    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 200
    assert [each.role for each in opened.of(BO)] == [Role.SUPPORT]
    restriction.add(BO, ground="", by=ALVA, now=timezone.now())
    closed = client.get(address)
    assert closed.status_code == 403
    assert b"Article 18" in closed.content or b"artikel 18" in closed.content
    client.force_login(staff[Role.PRIVACY])
    assert client.get(address).status_code == 200
