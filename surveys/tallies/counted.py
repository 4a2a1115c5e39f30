"""Which forms count, and where: SQL that every count of answers begins with.

A form that is set aside does not count until it is reinstated; a desk-day that was re-attributed counts at
the other desk. ``counted`` has the columns of ``surveys_response``, with agency and point as counted.
"""

_COLUMNS = """r.key, {agency} AS agency_id, {point} AS point_id, r.stratum_id, r.round_id, r.questionnaire_id,
        r.month, r.channel, r.is_verified, r.respondent, r.cluster, r.is_outside_hours, r.overall, r.factors,
        r.trips, r.item_ids, r.item_answers, r.others"""

_NOT_SET_ASIDE = """NOT EXISTS (
        SELECT FROM surveys_setaside x WHERE x.response_id = r.key AND x.reinstated_at IS NULL
    )"""


def counted(only: str = "true", *, agencies: str = "%(agencies)s") -> str:
    """The beginning of a count, of those forms ``r`` alone that fulfil a condition in SQL.

    Parameters: agencies (bigint[], unless other SQL says which), from and month (the first days of the first
    and the last month).
    """
    return f"""counted AS (
    SELECT {_COLUMNS.format(agency="r.agency_id", point="r.point_id")}
    FROM surveys_response r
    WHERE r.month >= %(from)s AND r.month <= %(month)s AND r.agency_id = ANY({agencies})
      AND {only} AND {_NOT_SET_ASIDE}
      AND NOT EXISTS (
          SELECT FROM surveys_deskdaymove m WHERE m.point_id = r.point_id AND m.cluster = r.cluster
      )
    UNION ALL
    SELECT {_COLUMNS.format(agency="t.agency_id", point="t.id")}
    FROM surveys_deskdaymove m
    JOIN surveys_servicepoint t ON t.id = m.to_point_id AND t.agency_id = ANY({agencies})
    JOIN surveys_servicepoint f ON f.id = m.point_id
    JOIN surveys_response r ON r.point_id = m.point_id AND r.cluster = m.cluster AND r.agency_id = f.agency_id
    WHERE r.month >= %(from)s AND r.month <= %(month)s AND {only} AND {_NOT_SET_ASIDE}
)"""


COUNTED = counted()
