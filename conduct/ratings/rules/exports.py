"""The files that leave for other systems: their columns, their JSON, and cells no program reads as formulas.

``docs/exports.md`` says what each field means; ``conduct/ratings/schema`` holds the JSON Schemas.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
VERSION = 1


def safe_cell(value: object) -> str:
    """The text of a cell; one that a spreadsheet would read as a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_bytes(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """UTF-8 with its mark at the start, commas, CR LF (RFC 4180); an unknown value is empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([safe_cell(row.get(column)) for column in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """UTF-8, keys in the order of the schema, one line end at the end."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
