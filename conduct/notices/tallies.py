"""Counting lines of an inbox."""

# For the frame of every page (agencies.tree.desk_of): by the index of unread lines, never to the end.
UNREAD = """(
    SELECT count(*) FROM (
        SELECT FROM notices_notice WHERE recipient_id = %(person)s AND read_at IS NULL LIMIT 100
    ) AS few
)"""
