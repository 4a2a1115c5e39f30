"""One number for everything the roll-up writes."""

from django.db import connection

_TABLES = {
    "scores_personscore": "posting_id, adoption_id, office_id, month, scheme_id, state, score, band, "
    "coverage, is_pooled, parts",
    "scores_agencycount": "agency_id, office_id, month, component, kept, judged, clusters, nn, nk, kk",
    "scores_agencyscore": "agency_id, office_id, month, scheme_id, score, band, coverage, n_postings, parts",
}


def checksum() -> dict[str, tuple[int, str]]:
    """By table: how many rows, and the hash of all their contents (ids of rows left out)."""
    found = {}
    with connection.cursor() as cursor:
        for table, columns in _TABLES.items():
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(md5(ROW({columns})::text), '' "
                f"ORDER BY md5(ROW({columns})::text))), '') FROM {table}"
            )
            count, digest = cursor.fetchone() or (0, "")
            found[table] = (count, digest)
    return found
