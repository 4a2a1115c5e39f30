"""What the list of models shows: one SQL statement for any number of models."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

_MODELS = """
SELECT m.key, m.name, m.owner, m.year, m.judged, v.state, g.shape, g.n_items, a.n_agencies
FROM models_catalog_conductmodel m
JOIN LATERAL (
    SELECT id, state FROM models_catalog_modelversion
    WHERE model_id = m.id
    ORDER BY state = 'published' DESC, state = 'draft' DESC, number DESC
    LIMIT 1
) v ON true
CROSS JOIN LATERAL (
    SELECT coalesce(sum(number), 0) AS n_items,
           coalesce(
               string_agg(number || chr(160) || keyword, chr(160) || '· ' ORDER BY position), ''
           ) AS shape
    FROM models_catalog_itemgroup WHERE version_id = v.id
) g
CROSS JOIN LATERAL (
    SELECT count(DISTINCT d.agency_id) AS n_agencies
    FROM models_catalog_adoption d JOIN models_catalog_modelversion w ON w.id = d.version_id
    WHERE w.model_id = m.id AND d.agency_id = ANY(%(agencies)s::bigint[])
      AND d.valid_from <= %(on)s AND (d.valid_to IS NULL OR d.valid_to >= %(on)s)
) a
WHERE NOT EXISTS (SELECT FROM unnest(%(words)s::text[]) AS word WHERE strpos(m.search, ' ' || word) = 0)
  AND %(state)s IN ('', v.state) AND %(judged)s IN ('', m.judged)
  AND (m.keeper_id IS NULL OR v.state <> 'draft' OR m.keeper_id = ANY(%(kept)s::bigint[]))
ORDER BY m.name_order, m.owner
"""


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A model with its current version: the newest published one, or the newest draft.

    ``shape`` names the groups ("5 không · 4 biết") and breaks only after the dot; ``n_agencies`` counts only
    agencies the reader may see.
    """

    key: str
    name: str
    owner: str
    year: int | None
    judged: str
    state: str
    shape: str
    n_items: int
    n_agencies: int


def tally_models(
    *,
    words: Sequence[str] = (),
    state: str = "",
    judged: str = "",
    agency_ids: Collection[int],
    kept_ids: Collection[int] = (),
    on: date,
) -> list[CatalogueRow]:
    """Models with words that begin so, every one of them, in Vietnamese order; empty filters let all pass.

    Drafts of an office are found only by those who keep its models (``kept_ids``).
    """
    asked: dict[str, Any] = {
        "words": list(words),
        "state": state,
        "judged": judged,
        "agencies": list(agency_ids),
        "kept": list(kept_ids),
        "on": on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MODELS, asked)
        return [CatalogueRow(*row) for row in cursor.fetchall()]


# Elder and younger: a model was built on the elder one, or the elder one was folded into it.
_KIN = """
WITH RECURSIVE tie AS (
    SELECT based_on_id AS elder, id AS younger, 'based_on' AS how
    FROM models_catalog_conductmodel WHERE based_on_id IS NOT NULL
    UNION ALL
    SELECT id, absorbed_into_id, 'absorbed' FROM models_catalog_conductmodel
    WHERE absorbed_into_id IS NOT NULL
), above AS (
    SELECT elder AS id, younger AS beside, how, 1 AS steps FROM tie WHERE younger = %(model)s
    UNION
    SELECT t.elder, t.younger, t.how, a.steps + 1 FROM tie t JOIN above a ON t.younger = a.id
    WHERE a.steps < %(generations)s
), below AS (
    SELECT younger AS id, elder AS beside, how, 1 AS steps FROM tie WHERE elder = %(model)s
    UNION
    SELECT t.younger, t.elder, t.how, b.steps + 1 FROM tie t JOIN below b ON t.elder = b.id
    WHERE b.steps < %(generations)s
), kin AS (
    SELECT true AS is_elder, above.* FROM above UNION ALL SELECT false, below.* FROM below
)
SELECT k.is_elder, k.id, k.beside, k.how, m.key, m.name, m.owner, m.year, count(*) OVER ()
FROM kin k JOIN models_catalog_conductmodel m ON m.id = k.id
WHERE m.keeper_id IS NULL OR m.keeper_id = ANY(%(kept)s::bigint[])
   OR EXISTS (SELECT FROM models_catalog_modelversion v WHERE v.model_id = m.id AND v.state <> 'draft')
ORDER BY k.steps, m.year, m.name_order, m.owner, m.id
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class KinRow:
    """A relative: ``beside`` is the model one step nearer; ``how`` is based_on or absorbed.

    ``n_all`` counts the relatives, also those beyond the limit.
    """

    is_elder: bool
    model_id: int
    beside: int
    how: str
    key: str
    name: str
    owner: str
    year: int | None
    n_all: int


def tally_kin(
    model_id: int, *, kept_ids: Collection[int] = (), generations: int = 4, most: int = 40
) -> list[KinRow]:
    """Elders and youngers of a model over some generations, nearest first; drafts of offices as above."""
    asked: dict[str, Any] = {
        "model": model_id,
        "kept": list(kept_ids),
        "generations": generations,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KIN, asked)
        return [KinRow(*row) for row in cursor.fetchall()]


_LINES = """
SELECT a.id, a.agency_id, a.version_id, a.valid_from, a.valid_to, a.audience, a.categories,
       i.id, coalesce(e.weight, 1), i.sources, g.version_id IS NULL
FROM models_catalog_adoption a
JOIN models_catalog_modelversion v ON v.id = a.version_id
JOIN models_catalog_conductmodel m ON m.id = v.model_id AND m.judged = 'person'
JOIN LATERAL (
    SELECT id, position, version_id FROM models_catalog_itemgroup WHERE version_id = v.id
    UNION ALL
    SELECT id, position, version_id FROM models_catalog_itemgroup WHERE adoption_id = a.id
) g ON true
JOIN models_catalog_item i ON i.group_id = g.id
LEFT JOIN models_catalog_emphasis e ON e.adoption_id = a.id AND e.item_id = i.id
WHERE a.agency_id = ANY(%(agencies)s)
  AND a.valid_from <= %(last)s AND (a.valid_to IS NULL OR a.valid_to >= %(first)s)
ORDER BY a.id, g.version_id IS NULL, g.position, i.position
"""


@dataclass(frozen=True, slots=True)
class AdoptedLine:
    """An item that an agency kept on some day of a month, with its emphasis and the staff it speaks to there.

    ``is_local``: the agency's own addition, which stays out of every count that offices share.
    """

    adoption_id: int
    agency_id: int
    version_id: int
    valid_from: date
    valid_to: date | None
    audience: str
    categories: list[str]
    item_id: int
    emphasis: int
    sources: list[str]
    is_local: bool


def tally_adopted_lines(agency_ids: Collection[int], first: date, last: date) -> list[AdoptedLine]:
    """The items by which people of these agencies are judged between two days, in the order of the models."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"agencies": list(agency_ids), "first": first, "last": last})
        return [AdoptedLine(*row) for row in cursor.fetchall()]
