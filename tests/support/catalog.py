"""What a schema is made of, as the database itself tells it."""

import re

from django.db import connection

DESCRIBED = """
SELECT 'column', c.relname, concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
    a.attgenerated, pg_get_expr(d.adbin, d.adrelid), a.attcollation::regcollation)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = %(s)s::text::regnamespace AND c.relkind IN ('r', 'v', 'm')
    AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'index', tablename, indexdef FROM pg_indexes WHERE schemaname = %(s)s::text
UNION ALL SELECT 'constraint', conrelid::regclass::text,
    concat_ws(' ', conname, contype, pg_get_constraintdef(oid), convalidated)
FROM pg_constraint WHERE connamespace = %(s)s::text::regnamespace
UNION ALL SELECT 'sequence', sequencename, concat_ws(' ', data_type, start_value, increment_by, max_value, cycle)
FROM pg_sequences WHERE schemaname = %(s)s::text
UNION ALL SELECT 'type', typname, typtype::text FROM pg_type WHERE typnamespace = %(s)s::text::regnamespace
UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = %(s)s::text::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(pg_trigger.oid)
FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE c.relnamespace = %(s)s::text::regnamespace AND NOT tgisinternal
UNION ALL SELECT 'migration', app, name FROM "{schema}".django_migrations
"""


def described(schema: str) -> list[tuple[str, ...]]:
    """Columns, indexes, constraints, sequences, types, functions, triggers and migrations, without its name."""
    with connection.cursor() as cursor:
        cursor.execute(DESCRIBED.replace("{schema}", schema), {"s": schema})
        rows = cursor.fetchall()
    return sorted(tuple(re.sub(rf'"?\b{schema}\b"?\.?', "", part) for part in row) for row in rows)
