"""What the words of headers mean, in twenty-five languages: one file each in `languages/`."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

Ideas = frozenset[str]

UNKNOWN: Ideas = frozenset({"unknown"})
_ACCENTS = re.compile("[\u0300-\u036f]")
_EASTERN = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々ー]+")
_TRADITIONAL = str.maketrans(
    "單號訂戶會員買賣費額總時間類稱電話郵實價數幣狀態購優惠圓顧貨運註簡課專欄結帳後銷應際聯繫標題開錄種產"
    "編碼貿項備內續還轉條關閉訊講師導師評點進門發業務國區",
    "单号订户会员买卖费额总时间类称电话邮实价数币状态购优惠圆顾货运注简课专栏结帐后销应际联系标题开录种产"
    "编码贸项备内续还转条关闭讯讲师导师评点进门发业务国区",
)


def fold(text: str) -> str:
    """Reduce a text to what its spellings share: width, case, accents, traditional characters.

    >>> fold("Währung"), fold("訂單編號"), fold("ＩＤ")
    ('wahrung', '订单编号', 'id')
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare).translate(_TRADITIONAL)


def is_traditional(text: str) -> bool:
    """Whether a Chinese text is written with traditional characters.

    >>> is_traditional("訂單編號"), is_traditional("订单编号")
    (True, False)
    """
    return text.translate(_TRADITIONAL) != text


def is_eastern(text: str) -> bool:
    """Whether a text is written without blanks: Chinese, Japanese, Korean, Thai."""
    return bool(_EASTERN.match(text))


@dataclass
class Lexicon:
    """Words to their ideas: phrases of words that blanks part, and words of unparted scripts."""

    phrases: dict[str, Ideas] = field(default_factory=dict)
    eastern: dict[str, Ideas] = field(default_factory=dict)

    def add(self, word: str, idea: str) -> None:
        """Let a word mean one more idea."""
        key = " ".join(re.split(r"[\s\-']+", fold(word).strip()))
        known = self.eastern if is_eastern(key) else self.phrases
        known[key] = known.get(key, frozenset()) | {idea}


@cache
def lexicon() -> Lexicon:
    """Read the words of all languages; a word may mean several ideas."""
    found = Lexicon()
    for path in sorted((Path(__file__).parent / "languages").glob("*.toml")):
        for idea, words in _words(path).items():
            for word in words.split("|"):
                found.add(word, idea)
    return found


def _words(path: Path) -> Mapping[str, str]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
