"""A field without purpose, a kind without system: refused by the database, whatever the way in (M2–M5, S1)."""

from __future__ import annotations

from django.db import migrations

from gallra.registers.migrating import guard_fields

REFUSE_FIELD = """
CREATE FUNCTION directory_refuse_field() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE refused text;
BEGIN
  -- What was there before the policy changed may stay until it is blanked; a new or changed value may not come in.
  SELECT f.column_name INTO refused FROM directory_allowed_field f
  WHERE f.table_name = TG_TABLE_NAME AND NOT f.allowed
    AND to_jsonb(NEW) ->> f.column_name IS NOT NULL
    AND (TG_OP = 'INSERT' OR to_jsonb(NEW) -> f.column_name IS DISTINCT FROM to_jsonb(OLD) -> f.column_name)
  ORDER BY f.column_name LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
      COLUMN = refused, CONSTRAINT = 'field_without_purpose',
      MESSAGE = format('no purpose of the adopted policy names %I.%I', TG_TABLE_NAME, refused);
  END IF;
  RETURN NEW;
END $$
"""
REFUSE_KIND = """
CREATE FUNCTION directory_refuse_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM directory_off_kind WHERE kind = TG_ARGV[0]) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
      CONSTRAINT = 'kind_without_system',
      MESSAGE = format('no system of the adopted policy holds %s', TG_ARGV[0]);
  END IF;
  RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE_FIELD, "DROP FUNCTION directory_refuse_field"),
        migrations.RunSQL(REFUSE_KIND, "DROP FUNCTION directory_refuse_kind"),
        guard_fields("directory_company"),
    ]
