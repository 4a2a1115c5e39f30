"""What the page "Vì sao?" shows: the stored parts with the words of their items. Nothing is computed anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from models_catalog.models import Item

from .models import PersonScore
from .rules.evidence import OFFICER_LINE, Source
from .rules.parts import PersonParts, person_from_data
from .rules.person import ItemPart, LeftOut, Reason, SourcePart
from .rules.scheme import Scheme, parse_scheme


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. `number` is None for the officer; `width` is the loss on the scale of bars."""

    number: int | None
    text: str
    part: ItemPart
    width: Decimal

    @property
    def is_counted(self) -> bool:
        """Whether the line has points."""
        return self.part.score is not None

    @property
    def supervisor(self) -> SourcePart | None:
        """The supervisor's part, which the person rated may always see."""
        return next((part for part in self.part.sources if part.source is Source.SUPERVISOR), None)

    @property
    def weakest(self) -> SourcePart | None:
        """The source with the fewest points, which says where they went."""
        return min(self.part.sources, key=lambda part: part.points, default=None)


@dataclass(frozen=True, slots=True)
class BandPart:
    """A stretch of the band figure, in percent of its width."""

    code: str
    name: str
    lower: Decimal
    upper: Decimal
    is_here: bool

    @property
    def width(self) -> Decimal:
        """Its width, with a small gap before the next one."""
        return self.upper - self.lower - (Decimal("0.7") if self.upper < 100 else 0)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A person's month as it can be read."""

    scheme: Scheme
    parts: PersonParts
    entries: list[Entry]

    @property
    def losses(self) -> list[Entry]:
        """Where the points went, largest loss first."""
        lost = [entry for entry in self.entries if entry.part.lost]
        return sorted(lost, key=lambda entry: (-entry.part.lost, entry.number or 0))

    @property
    def total_emphasis(self) -> int:
        """What the sum is divided by."""
        return sum(entry.part.emphasis for entry in self.entries if entry.is_counted)

    @property
    def n_counted(self) -> int:
        """How many lines have points."""
        return sum(entry.is_counted for entry in self.entries)

    @property
    def has_breach(self) -> bool:
        """Whether a breach was confirmed."""
        return any(entry.part.breach for entry in self.entries)

    @property
    def below_minimum(self) -> int:
        """Citizens' answers that were too few at their line."""
        return sum(left.judged for left in self._left(Reason.BELOW_MINIMUM))

    @property
    def without_weight(self) -> int:
        """Own views: shown beside, never counted."""
        return sum(left.judged for left in self._left(Reason.NO_WEIGHT))

    @property
    def unheard(self) -> int:
        """Lines about which nobody spoke."""
        return sum(not entry.is_counted for entry in self.entries)

    def cap_loss(self, score: Decimal | None) -> Decimal:
        """What a confirmed breach took beyond the mean."""
        return Decimal(0) if score is None or self.parts.mean is None else self.parts.mean - score

    def _left(self, reason: Reason) -> Iterable[LeftOut]:
        return (left for entry in self.entries for left in entry.part.left_out if left.reason is reason)

    def bands(self, code: str, language: str) -> list[BandPart]:
        """The bands from the lowest to the best; `is_here` marks the one of this score."""
        return [
            BandPart(
                band.code, band.names[language], band.lower, self.scheme.upper(band.code), band.code == code
            )
            for band in reversed(self.scheme.bands)
        ]


def ledger_of(score: PersonScore, officer: str, *, in_english: bool) -> Ledger:
    """The ledger of a stored score; `officer` names the officer's own line."""
    parts = person_from_data(score.parts)
    texts = item_texts((item.key for item in parts.items), in_english=in_english)
    most = max((item.lost for item in parts.items), default=Decimal(0))
    entries = [
        Entry(
            None if item.key == OFFICER_LINE else number,
            officer if item.key == OFFICER_LINE else texts.get(item.key, ""),
            item,
            100 * item.lost / most if most else Decimal(0),
        )
        for number, item in enumerate(parts.items, start=1)
    ]
    return Ledger(parse_scheme(score.scheme.document), parts, entries)


def item_texts(keys: Iterable[int], *, in_english: bool = False) -> Mapping[int, str]:
    """The words of items; the English gloss where there is one and it is asked for."""
    rows = Item.objects.filter(pk__in=[key for key in keys if key != OFFICER_LINE])
    return {item.pk: (item.text_en if in_english else "") or item.text for item in rows}
