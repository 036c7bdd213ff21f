"""Immediate foreign keys; booked rows are never altered; financial years do not overlap; the guards of the policy."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import forget_when_gone, guard_fields, guard_kind, immediate

YEARS = """
ALTER TABLE finance_year ADD CONSTRAINT year_overlaps_none
EXCLUDE USING gist (daterange(starts_on, ends_on, '[]') WITH &&)
"""
# What may change on a booked invoice is no part of what was booked: its clock, and references to rows that go.
BOOKED = """
CREATE FUNCTION finance_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := coalesce(TG_ARGV::text[], '{}');  -- without arguments it is NULL
BEGIN
  IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
      CONSTRAINT = 'booked_is_not_altered',
      MESSAGE = format('a booked row of %I is not altered; credit the invoice instead', TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END $$
"""
INVOICE = """
CREATE TRIGGER finance_invoice_booked BEFORE UPDATE ON finance_invoice FOR EACH ROW EXECUTE FUNCTION
finance_refuse_change('agreement_ended_on', 'agreement_id', 'credits_id', 'company_id', 'contact_id')
"""
LINE = """
CREATE TRIGGER finance_line_booked BEFORE UPDATE ON finance_line
FOR EACH ROW EXECUTE FUNCTION finance_refuse_change()
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial"), ("directory", "0002_guards")]

    operations = [
        immediate("finance"),
        forget_when_gone("finance_invoice", "agreement_id", "finance_agreement"),
        forget_when_gone("finance_invoice", "credits_id", "finance_invoice"),
        migrations.RunSQL(YEARS, "ALTER TABLE finance_year DROP CONSTRAINT year_overlaps_none"),
        migrations.RunSQL(BOOKED, "DROP FUNCTION finance_refuse_change"),
        migrations.RunSQL(INVOICE, "DROP TRIGGER finance_invoice_booked ON finance_invoice"),
        migrations.RunSQL(LINE, "DROP TRIGGER finance_line_booked ON finance_line"),
        guard_fields("finance_contact"),
        guard_fields("finance_invoice"),
        guard_kind("finance_agreement", "finance.agreement"),
        guard_kind("finance_invoice", "finance.invoice"),
    ]
