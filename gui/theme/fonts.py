"""The system's own fonts at the program's three sizes. No font is shipped."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

# Where the system's font has no Hangul, Qt would take whatever comes first, which may be a serif or a Japanese cut.
_KOREAN = ("Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "Noto Sans KR", "NanumGothic")
_KOREAN_MONO = ("D2Coding", "NanumGothicCoding", "Noto Sans Mono CJK KR", *_KOREAN)
# A bare Linux has no font of its own, only the alias "Sans Serif": the calmest that is installed stands in for it.
_CALM = ("Inter", "Noto Sans", "Cantarell", "Ubuntu", "Noto Sans CJK KR")


@lru_cache
def _families(which: QFontDatabase.SystemFont) -> tuple[str, ...]:
    mono = which == QFontDatabase.SystemFont.FixedFont
    font = QFontDatabase.systemFont(which)
    first = font.family()
    if not QFontDatabase.hasFamily(first):
        # An alias before real families would be passed over, so it is looked up here.
        calm = None if mono else next(filter(QFontDatabase.hasFamily, _CALM), None)
        first = calm or QFontInfo(font).family()
    korean = filter(QFontDatabase.hasFamily, _KOREAN_MONO if mono else _KOREAN)
    return tuple(dict.fromkeys((first, *korean)))


def interface_font(size: int, weight: int = 400) -> QFont:
    """The interface font, `size` in pixels at 100 %, `weight` 100 to 900."""
    return _font(QFontDatabase.SystemFont.GeneralFont, size, weight)


def mono_font(size: int, weight: int = 400) -> QFont:
    """The fixed-width font for shapes, numbers and code."""
    font = _font(QFontDatabase.SystemFont.FixedFont, size, weight)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def _font(which: QFontDatabase.SystemFont, size: int, weight: int) -> QFont:
    font = QFont(list(_families(which)))
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    return font
