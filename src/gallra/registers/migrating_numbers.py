"""Telephone numbers in the index of words: `directory_words`, made anew."""

from __future__ import annotations

from django.db.migrations.operations.special import RunSQL

from gallra.registers.migrating import words_of_texts

_NUMBERS = r"""
  IF said ~ '[0-9](?:[^0-9A-Za-z]{0,4}[0-9]){6}' THEN
    FOR run IN SELECT each[1] FROM regexp_matches(said, '[0-9](?:[^0-9A-Za-z]{0,4}[0-9])+', 'g') each LOOP
      digits := '';
      FOREACH part IN ARRAY regexp_split_to_array(run, '[^0-9]+') LOOP
        digits := right(digits || part, 7);
        IF length(digits) = 7 THEN ends := ends || ('n' || digits); END IF;
      END LOOP;
    END LOOP;
    IF cardinality(ends) > 20000 THEN RETURN '''*'''::tsvector; END IF;
  END IF;
"""
_COSTS = "ALTER FUNCTION directory_words(text[]) COST 5000 PARALLEL RESTRICTED;"
_AGAIN = r"""
DO $$
DECLARE each record;
BEGIN
  FOR each IN SELECT i.schemaname AS place, i.tablename AS name FROM pg_indexes i
    JOIN information_schema.columns c
      ON c.table_schema = i.schemaname AND c.table_name = i.tablename AND c.column_name = 'words'
    WHERE i.indexname = i.tablename || '_words' AND i.schemaname = current_schema() LOOP
    EXECUTE format('UPDATE %I.%I SET words = NULL WHERE words <> %L', each.place, each.name, '');
  END LOOP;
  FOR each IN SELECT schemaname AS place, indexname AS name FROM pg_indexes
    WHERE indexname = tablename || '_words' AND schemaname = current_schema() LOOP
    EXECUTE format('REINDEX INDEX %I.%I', each.place, each.name);
  END LOOP;
END $$;
"""


def numbers_of_texts() -> RunSQL:
    """Let `directory_words` give the numbers of a text as well: for each group of digits an `n` and the last seven up
    to its end, with what stands before it at up to four signs' distance (`gallra.naming.tails`). So a telephone number
    is found by its end, however it is grouped and whatever its prefix.

    The indexes that are there are made anew, and documents are to be read again; tables that a later migration makes
    have nothing yet.
    """
    old = str(words_of_texts().sql).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    new = old.replace(
        "BEGIN\n", "  run text; part text; digits text; ends text[] := '{}';\n        BEGIN\n", 1
    )
    beyond = "IF said ~ '[^\\x01"
    new = new.replace(beyond, f"{_NUMBERS.strip()}\n          {beyond}", 1)
    new = new.replace("::regconfig, said);", "::regconfig, said) || array_to_tsvector(ends);", 1)
    return RunSQL([new, _COSTS, _AGAIN], [old, _COSTS, _AGAIN])
