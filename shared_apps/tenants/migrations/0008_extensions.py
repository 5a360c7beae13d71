from django.db import migrations

# A schema for extensions, which no search path names: what uses them says so.
SCHEMA = "CREATE SCHEMA IF NOT EXISTS ext"
EXTENSION = "CREATE EXTENSION IF NOT EXISTS {} SCHEMA ext"
# What a text is compared by. `unaccent` follows a dictionary that somebody could change, so Postgres calls it stable;
# this one names the dictionary, which is nobody's to change, and may so be used in indexes and generated columns.
# Of what `found_by` is made of, two signs that nobody types become those that divide it; in texts there are none.
PLAIN = """
CREATE OR REPLACE FUNCTION ext.plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(
    lower(ext.unaccent('ext.unaccent'::regdictionary, normalize($1, NFKC))), E'-\\x1f\\x1e''|^', ' |^'
)
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0007_provider_accounts")]

    operations = [
        migrations.RunSQL([(SCHEMA, None)], migrations.RunSQL.noop),
        migrations.RunSQL([(EXTENSION.format("pg_trgm"), None)], migrations.RunSQL.noop),
        migrations.RunSQL([(EXTENSION.format("unaccent"), None)], migrations.RunSQL.noop),
        migrations.RunSQL([(PLAIN, None)], migrations.RunSQL.noop),
    ]
