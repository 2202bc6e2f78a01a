"""What column headers say: split into words of any language, and these into ideas."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from analytics.intake.lexicon import UNKNOWN, Ideas, fold, is_eastern, lexicon

_BRACKETED = re.compile(r"\((?:元|rmb|cny|usd|eur|gbp|\$|€|£|¥|utc|utc timezone)\)")
_SEPARATORS = re.compile(r"[\s_\-.:'’\"“”*/`]+")
_REPEATED = re.compile(r" \(\d\)$")
_NUMBER_SIGN = re.compile(r"(?i)\bn\s?\.?\s?[º°]|№|#")
_PERCENT = re.compile("[%％]")
_FEMININE = re.compile(r"(?<=\w)\([ao]\)")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_EASTERN = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々ー"
_RUNS = re.compile(f"[{_EASTERN}]+|(?:(?![{_EASTERN}])[^\\W\\d_])+|\\d+")
_EASTERN_UNIT = re.compile(r"[(（\[]\s*(元|圆|円|원)\s*[)）\]]")
CURRENCY_CODES = frozenset(
    [
        "usd",
        "eur",
        "gbp",
        "cny",
        "rmb",
        "jpy",
        "hkd",
        "twd",
        "krw",
        "inr",
        "brl",
        "mxn",
        "ars",
        "clp",
        "cop",
        "aud",
        "cad",
        "nzd",
        "sgd",
        "myr",
        "thb",
        "idr",
        "php",
        "vnd",
        "chf",
        "sek",
        "nok",
        "dkk",
        "pln",
        "czk",
        "huf",
        "ron",
        "rub",
        "try",
        "zar",
        "ngn",
        "kes",
        "aed",
        "sar",
        "ils",
        "uah",
    ]
)
_SIGN_CODES = {"元": "CNY", "圆": "CNY", "円": "JPY", "원": "KRW", "€": "EUR", "£": "GBP",
               "₹": "INR", "₩": "KRW", "₽": "RUB", "r$": "BRL", "us$": "USD", "zł": "PLN",
               "kč": "CZK", "₺": "TRY", "₴": "UAH", "฿": "THB", "₫": "VND"}  # fmt: skip
_SIGN_WORDS = {"руб": "RUB", "рублей": "RUB", "рубли": "RUB", "zl": "PLN", "kc": "CZK",
               "грн": "UAH", "euro": "EUR", "euros": "EUR", "reais": "BRL",
               "lei": "RON"}  # fmt: skip
_PHRASE = 4  # words of the longest phrase looked for
_LONGEST_EASTERN = 16
_PIECE = 3  # letters of the shortest part of a compound
_SHORT_PIECES = frozenset({"id", "no", "nr", "vk", "e", "on", "at"})
_JOINTS = ("", "s", "n", "en", "es")
_SHORTEST, _LONGEST = 5, 40
_UNKNOWN_COST = 1.6


@dataclass(frozen=True)
class Header:
    """A header as the ideas of its words; `currency` is one that it names as its unit."""

    name: str
    ideas: tuple[Ideas, ...]
    currency: str | None = None

    @property
    def all(self) -> Ideas:
        """Every idea that some word of it may mean."""
        return frozenset().union(*self.ideas) if self.ideas else frozenset()


@lru_cache(maxsize=20_000)
def normalise_header(name: str) -> str:
    """Reduce a header to what two spellings of it share.

    Full-width characters, case, blanks, separators, and a unit of money or zone in brackets do not
    count.

    >>> [normalise_header(name) for name in ("Customer ID", "CustomerID", "customer_id")]
    ['customerid', 'customerid', 'customerid']
    >>> normalise_header("订单金额（元）"), normalise_header("Created date (UTC)")
    ('订单金额', 'createddate')
    """
    text = unicodedata.normalize("NFKC", name).strip().lower()
    return _SEPARATORS.sub("", _BRACKETED.sub("", text)) or _SEPARATORS.sub("", text)


@lru_cache(maxsize=20_000)
def read_header(name: str) -> Header:
    """Split a header into words and say what each may mean.

    >>> [sorted(ideas) for ideas in read_header("Bestellnummer").ideas]
    [['order'], ['number']]
    >>> [sorted(ideas) for ideas in read_header("buyerEmail").ideas]
    [['buyer'], ['email']]
    >>> read_header("Umsatz (EUR)").currency
    'EUR'
    """
    text = _NUMBER_SIGN.sub(" number ", _PERCENT.sub(" percent ", _REPEATED.sub("", name)))
    text = _FEMININE.sub("", text)
    words, currency = _without_unit(text)
    ideas: list[Ideas] = []
    latin: list[str] = []
    for word in words:
        if is_eastern(word):
            ideas += [*_phrases(latin), *_unparted(word)]
            latin = []
        else:
            latin.append(word)
    return Header(name, (*ideas, *_phrases(latin)), currency)


def _without_unit(text: str) -> tuple[list[str], str | None]:
    """Return the words of a header without its unit, and the currency which that names."""
    unit = _EASTERN_UNIT.search(text)
    if unit:
        text = _EASTERN_UNIT.sub(" ", text)
    folded = fold(_HUMPS.sub(" ", text))
    words = _RUNS.findall(folded)
    codes = [word for word in words if word in CURRENCY_CODES]
    signs = [code for sign, code in _SIGN_CODES.items() if sign in folded and not is_eastern(sign)]
    if unit:
        return words, _SIGN_CODES[unit[1]]
    if len(codes) == 1 and len(words) > 1:
        code = codes[0].upper()
        return [word for word in words if word != codes[0]], "CNY" if code == "RMB" else code
    if len(words) > 1 and words[-1] in _SIGN_WORDS:
        return words[:-1], _SIGN_WORDS[words[-1]]
    return words, signs[0] if signs else None


def _phrases(words: list[str]) -> Iterator[Ideas]:
    """Read words that blanks part, the longest phrases first."""
    known, index = lexicon().phrases, 0
    while index < len(words):
        for size in range(min(_PHRASE, len(words) - index), 0, -1):
            phrase = " ".join(words[index : index + size])
            if ideas := known.get(phrase):
                yield ideas
                index += size
                break
        else:
            yield from _one_word(words[index])
            index += 1


def _one_word(word: str) -> Iterator[Ideas]:
    known = lexicon().phrases
    if word.isdigit():
        return
    if word.endswith("s") and (ideas := known.get(word[:-1])):
        yield ideas
        return
    parts = _compound(word) if _SHORTEST <= len(word) <= _LONGEST else None
    yield from parts or (UNKNOWN,)


@lru_cache(maxsize=20_000)
def _compound(word: str) -> tuple[Ideas, ...] | None:
    """Split a word such as "kundennummer" or "orderid" that consists of known words only."""
    known = lexicon().phrases
    if not word:
        return ()
    best: tuple[Ideas, ...] | None = None
    for end in range(len(word), 0, -1):
        piece = word[:end]
        if piece not in known or (len(piece) < _PIECE and piece not in _SHORT_PIECES):
            continue
        for joint in _JOINTS:
            if word[end:].startswith(joint) and (end + len(joint) < len(word) or not joint):
                rest = _compound(word[end + len(joint) :])
                if rest is not None and (best is None or len(rest) + 1 < len(best)):
                    best = (known[piece], *rest)
    return best


def _unparted(text: str) -> list[Ideas]:
    """Split a text without blanks so that the fewest characters stay unknown."""
    known: Mapping[str, Ideas] = lexicon().eastern
    best: list[tuple[float, tuple[Ideas, ...]]] = [(0.0, ())]
    for end in range(1, len(text) + 1):
        cost, ideas = best[end - 1]
        options = [(cost + _UNKNOWN_COST, (*ideas, UNKNOWN))]
        for start in range(max(0, end - _LONGEST_EASTERN), end):
            if found := known.get(text[start:end]):
                cost, ideas = best[start]
                options.append((cost + 1, (*ideas, found)))
        best.append(min(options, key=lambda option: option[0]))
    words = best[-1][1]
    return [
        one
        for index, one in enumerate(words)
        if one is not UNKNOWN or index == 0 or words[index - 1] is not UNKNOWN
    ]
