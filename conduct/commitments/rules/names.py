"""The name of who signed a pledge, as it is typed from paper. Pure."""

import unicodedata

# huyền, hỏi, ngã, sắc, nặng
_TONES = frozenset("\u0300\u0309\u0303\u0301\u0323")


def is_same_name(typed: str, name: str) -> bool:
    """Whether both spell one name: same letters and tones; case and blanks do not count.

    Nor does it count on which vowel a tone is written (hòa, hoà): both spellings are taught.
    """
    return _spelt(typed) == _spelt(name)


def _spelt(name: str) -> tuple[str, ...]:
    return tuple(_syllable(word) for word in unicodedata.normalize("NFC", name).casefold().split())


def _syllable(word: str) -> str:
    signs = unicodedata.normalize("NFD", word)
    letters = "".join(sign for sign in signs if sign not in _TONES)
    tones = "".join(sorted(sign for sign in signs if sign in _TONES))
    return unicodedata.normalize("NFC", letters) + tones
