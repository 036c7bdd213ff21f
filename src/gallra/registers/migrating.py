"""What migrations of the registers do beyond Django's: immediate foreign keys, guards in the database."""

from __future__ import annotations

from django.db.migrations import RunSQL


def immediate(app: str) -> RunSQL:
    """Make every foreign key of the app's tables not deferrable.

    A deferred one lets the deletion of a contact and a new case for it both succeed until the commit, and
    then the new case fails; an immediate one makes the second writer wait.
    """
    return RunSQL(
        f"""
        DO $$
        DECLARE found record;
        BEGIN
          FOR found IN
            SELECT conrelid::regclass AS held_by, conname FROM pg_constraint
            WHERE contype = 'f' AND condeferrable AND connamespace = current_schema()::regnamespace
              AND starts_with((SELECT relname FROM pg_class WHERE oid = conrelid), '{app}_')
          LOOP
            EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', found.held_by, found.conname);
          END LOOP;
        END $$
        """,  # noqa: S608 - names of our own, no values
        RunSQL.noop,
    )


def forget_when_gone(table: str, column: str, target: str) -> RunSQL:
    """Let the database empty `table.column` when the row of `target` that it names goes."""
    return RunSQL(
        f"""
        DO $$
        DECLARE found name;
        BEGIN
          SELECT conname INTO STRICT found FROM pg_constraint
          WHERE contype = 'f' AND conrelid = '{table}'::regclass AND conkey = ARRAY[(
            SELECT attnum FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attname = '{column}')];
          EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', found);
          EXECUTE format('ALTER TABLE {table} ADD CONSTRAINT %I FOREIGN KEY ({column})'
                         ' REFERENCES {target} (id) ON DELETE SET NULL NOT DEFERRABLE', found);
        END $$
        """,  # noqa: S608 - names of our own, no values
        RunSQL.noop,
    )


def guard_fields(table: str) -> RunSQL:
    """Refuse, on every way in, a value in a column that the adopted policy's purposes do not name (M2–M5)."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_fields BEFORE INSERT OR UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION directory_refuse_field()
        """,
        f"DROP TRIGGER {table}_fields ON {table}",
    )


def guard_kind(table: str, kind: str, condition: str = "") -> RunSQL:
    """Refuse every new row of a record kind that the adopted policy names in no system (S1)."""
    # A table of one kind is asked about once per statement: a million rows by COPY cost one look.
    each = f"FOR EACH ROW WHEN ({condition})" if condition else "FOR EACH STATEMENT"
    name = kind.replace(".", "_") + "_on"
    return RunSQL(
        f"""
        CREATE TRIGGER {name} BEFORE INSERT ON {table}
        {each} EXECUTE FUNCTION directory_refuse_kind('{kind}')
        """,
        f"DROP TRIGGER {name} ON {table}",
    )


def guard_restricted(
    table: str,
    contacts: str,
    *,
    by: str = "contact_id",
    of: tuple[str, str] | None = None,
    but: str = "",
    removal: bool = False,
) -> RunSQL:
    """Refuse every change of a row that is a restricted person's, whatever the way in (Article 18).

    contacts: the register's table of contacts; by: the column that names one, "id" for the contacts themselves, empty
    where there is none; of: the record's table and the column that names it, for a part. but: columns whose change is
    no use of the person (a company's clock), separated by commas. removal: refuse that as well.
    """
    tests = _contacts_restricted() if by == "id" else _persons_restricted(contacts, by, of)
    branches = " ".join(
        f"{'IF' if way == 'INSERT' else 'ELSIF'} TG_OP = '{way}' THEN found := EXISTS ({test});"
        for way, test in tests.items()
    )
    return RunSQL(
        _REFUSE_RESTRICTED.format(table=table, branches=branches)
        + _ON_EVERY_COLUMN.format(table=table, but=but, removal=" OR DELETE" if removal else ""),
        f"DROP TRIGGER {table}_restricted ON {table}; DROP FUNCTION {table}_refuse_restricted()",
    )


_REFUSE_RESTRICTED = """
CREATE FUNCTION {table}_refuse_restricted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found boolean := false;
BEGIN
  -- Nearly always nobody is restricted: one look into a table of a page.
  IF EXISTS (SELECT FROM directory_restricted)
    AND coalesce(current_setting('gallra.own_wish', true), '') <> 'yes' THEN
    {branches} END IF;
    IF found THEN
      RAISE EXCEPTION USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
        CONSTRAINT = 'restricted', MESSAGE = format('a row of %I is restricted', TG_TABLE_NAME);
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""
_ON_EVERY_COLUMN = """
DO $$
DECLARE columns text;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
  WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    AND attname <> ALL (string_to_array('{but}', ','));
  EXECUTE 'CREATE TRIGGER {table}_restricted BEFORE INSERT OR UPDATE OF ' || columns
    || '{removal} ON {table}'
    || ' FOR EACH ROW EXECUTE FUNCTION {table}_refuse_restricted()';
END $$
"""


def _contacts_restricted() -> dict[str, str]:
    """For each way of changing a contact: the query that finds its address among the restricted ones."""
    asked = "SELECT FROM directory_restricted r WHERE r.email IN ({emails})"
    emails = {"INSERT": "NEW.email", "UPDATE": "NEW.email, OLD.email", "DELETE": "OLD.email"}
    return {way: asked.format(emails=found) for way, found in emails.items()}


def _persons_restricted(contacts: str, by: str, of: tuple[str, str] | None) -> dict[str, str]:
    """For each way of changing a row: the query that finds whoever it or its record names among the restricted."""
    keys = f"ARRAY[{{row}}.{by}]" if by else "ARRAY[]::bigint[]"
    if of:
        upper, column = of
        keys += f" || ARRAY(SELECT p.contact_id FROM {upper} p WHERE p.id = {{row}}.{column})"  # noqa: S608 - ours
    named = f"SELECT FROM {contacts} c JOIN directory_restricted r ON r.email = c.email"
    rows = {"INSERT": ("NEW",), "UPDATE": ("NEW", "OLD"), "DELETE": ("OLD",)}
    return {
        way: f"{named} WHERE c.id = ANY ({' || '.join(keys.format(row=row) for row in each)})"
        for way, each in rows.items()
    }


def without_statistics(table: str, *columns: str) -> RunSQL:
    """Let ANALYZE keep no sample of the columns' values: it would stay when the rows are gone."""
    changes = ", ".join(f"ALTER COLUMN {column} SET STATISTICS 0" for column in columns)
    return RunSQL(f"ALTER TABLE {table} {changes}", RunSQL.noop)


def index_without_statistics(name: str) -> RunSQL:
    """The same for an index over an expression, of which ANALYZE keeps a sample too."""
    return RunSQL(f"ALTER INDEX {name} ALTER COLUMN 1 SET STATISTICS 0", RunSQL.noop)


def words_of_texts() -> RunSQL:
    """Make `directory_words`: the words of some texts as one tsvector, in small letters, none left out and none cut to
    a stem (a name is no word of a language).

    What PostgreSQL would read as an address, a path, a tag or a number with its sign is taken apart first; and where
    there are signs beyond ASCII, all that is no letter, digit or accent, for its parser may take them for letters
    (dashes, quotation marks). A text too long for a tsvector (1 MB) gets the lexeme `*`, which no word is: who searches
    reads it each time.
    """
    said = "said"
    for sign in ".@/<&_-+":
        said = f"replace({said}, '{sign}', ' ')"
    return RunSQL(
        f"""
        CREATE FUNCTION directory_words(texts text[]) RETURNS tsvector
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
        DECLARE said text := array_to_string(texts, ' ');
        BEGIN
          IF said IS NULL OR said = '' THEN RETURN ''::tsvector; END IF;
          IF octet_length(said) > 262144 THEN RETURN '''*'''::tsvector; END IF;
          IF said ~ '[^\\x01-\\x7f[:alnum:]\\u0300-\\u036f]' THEN
            said := regexp_replace(said, '[^[:alnum:]\\u0300-\\u036f]+', ' ', 'g');
          ELSE
            said := {said};
          END IF;
          RETURN to_tsvector('pg_catalog.simple'::regconfig, said);
        END $$
        """,
        "DROP FUNCTION directory_words(text[])",
    )


def cost_of_words() -> RunSQL:
    """Tell the planner what `directory_words` costs: 30 µs a text of a few sentences, some thousand times an operator.
    Else it would rather work the words of a whole table out anew than fetch the rows that their index names. And one
    process is enough for what an index answers: to start another takes longer.
    """
    return RunSQL(
        "ALTER FUNCTION directory_words(text[]) COST 5000 PARALLEL RESTRICTED",
        "ALTER FUNCTION directory_words(text[]) COST 100 PARALLEL SAFE",
    )


def index_of_words(table: str, *columns: str, only: str = "") -> RunSQL:
    """Index the words of a table's free text (and tokens of its documents), all columns together. only: of which rows;
    who asks names the same condition."""
    listed = ", ".join(columns)
    where = f" WHERE {only}" if only else ""
    return RunSQL(
        [
            f"CREATE INDEX {table}_words ON {table} USING gin (directory_words(ARRAY[{listed}])){where}",
            # ANALYZE would keep the commonest words.
            f"ALTER INDEX {table}_words ALTER COLUMN 1 SET STATISTICS 0",
        ],
        f"DROP INDEX {table}_words",
    )


def unread_documents(table: str) -> RunSQL:
    """Index the documents that have not been read yet: those are read whenever somebody searches."""
    return RunSQL(
        f"CREATE INDEX {table}_unread ON {table} (id) WHERE words IS NULL", f"DROP INDEX {table}_unread"
    )


def unreadable_documents(table: str) -> RunSQL:
    """Index the documents that were read without a word being found, so that they can be counted: pictures, scans."""
    return RunSQL(
        f"CREATE INDEX {table}_unreadable ON {table} (id) WHERE words = ''", f"DROP INDEX {table}_unreadable"
    )
