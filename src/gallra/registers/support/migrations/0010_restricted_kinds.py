"""Of a person whose restriction is about some record kinds only, rows of these are not changed (Article 18(1)(d))."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating_kinds import restrict_kinds


class Migration(migrations.Migration):
    dependencies = [("support", "0009_restricted_rows"), ("directory", "0008_restricted_kinds")]

    operations = [
        restrict_kinds("support_contact", "support_contact", by="id", removal=True),
        restrict_kinds("support_case", "support_contact", kind="support.case", removal=True),
        restrict_kinds("support_account", "support_contact", kind="support.account", removal=True),
        restrict_kinds(
            "support_message", "support_contact", kind="support.case", of=("support_case", "case_id")
        ),
        restrict_kinds(
            "support_note", "support_contact", kind="support.case", of=("support_case", "case_id")
        ),
        restrict_kinds(
            "support_concerned",
            "support_contact",
            kind="support.case",
            of=("support_case", "case_id"),
            removal=True,
        ),
        restrict_kinds(
            "support_document",
            "support_contact",
            kind="support.case",
            of=("support_case", "case_id"),
            but=("words",),
            removal=True,
        ),
    ]
