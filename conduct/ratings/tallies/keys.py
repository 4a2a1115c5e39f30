"""Keys of rows that do not exist yet, so that a row can name its successor before that is written."""

from django.db import connection, models


def next_key(model: type[models.Model]) -> int:
    """The key that the next row of this table may take; it is given to nobody else.

    For chains in which only one row is in force: first the old row names the new one's key (the foreign key
    is checked at the end of the transaction), then the new row is written under it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
        return int(cursor.fetchone()[0])
