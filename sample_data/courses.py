"""The catalogue: what is sold, at which price, and how much each kind of taste likes it."""

from dataclasses import dataclass

import calendar_days
import numpy as np
import titles
import truths
from draws import Draws

Row = tuple[object, ...]
HEADER = (
    "item_id",
    "item_name",
    "content_type",
    "category",
    "tags",
    "price",
    "teacher",
    "published_at",
)
MEMBERSHIPS = {
    "monthly": ("M001", "青禾会员·月卡 Monthly Membership"),
    "monthly-plus": ("M002", "青禾会员·月卡 Plus Monthly Plus"),
    "annual": ("M003", "青禾会员·年卡 Annual Membership"),
}
MEMBERSHIP_CATEGORY = "会员 Membership"
_STEADY_SELLERS = 3  # the first titles of each category are on sale from the first day
_POPULARITY_EXPONENT = 0.9


@dataclass(frozen=True)
class Course:
    """One item of the catalogue that is not a membership."""

    item_id: str
    name: str
    content_type: str
    category: str
    tags: str
    price: int
    teacher: str
    published: int  # day; negative: before the shop opened
    language: str
    popularity: float


@dataclass(frozen=True)
class Catalogue:
    """The courses, with what the simulation of purchases needs as arrays."""

    courses: tuple[Course, ...]
    published: np.ndarray  # day, per course
    inside: np.ndarray  # taste × course: lies in the categories of the taste's cluster
    appeal: np.ndarray  # taste × course: relative weight
    sequel: np.ndarray  # position of the next part, -1 without one

    def position(self, item_id: str) -> int:
        """Position of the course with this id."""
        return next(i for i, course in enumerate(self.courses) if course.item_id == item_id)


def tastes() -> list[tuple[str, str]]:
    """Cluster and language of every taste; a customer's taste is a position in this list."""
    return [(cluster, language) for cluster in truths.CLUSTERS for language in ("zh", "en")]


def build_catalogue() -> Catalogue:
    """All courses and their appeal to each taste."""
    draws = Draws(1)
    courses: list[Course] = []
    for category, names in titles.TITLES.items():
        for rank, text in enumerate(names):
            courses.append(_course(draws, len(courses) + 1, category, rank, text))
    ids = [course.item_id for course in courses]
    return Catalogue(
        courses=tuple(courses),
        published=np.array([course.published for course in courses]),
        inside=np.array([_inside(courses, cluster) for cluster, _ in tastes()]),
        appeal=np.array([_appeal(courses, *taste) for taste in tastes()]),
        sequel=np.array([ids.index(truths.SEQUELS[i]) if i in truths.SEQUELS else -1 for i in ids]),
    )


def rows(catalogue: Catalogue) -> list[Row]:
    """Lines of items.csv."""
    lines: list[Row] = [_row(course) for course in catalogue.courses]
    for plan, (item_id, name) in MEMBERSHIPS.items():
        price, opened = f"{truths.PLANS[plan]:.2f}", truths.START.isoformat()
        lines.append(
            (item_id, name, "membership", MEMBERSHIP_CATEGORY, "会员;all access", price, "", opened)
        )
    return lines


def _row(course: Course) -> Row:
    return (
        course.item_id,
        course.name,
        course.content_type,
        course.category,
        course.tags,
        f"{course.price:.2f}",
        course.teacher,
        calendar_days.moment(course.published, 0).date().isoformat(),
    )


def _course(draws: Draws, number: int, category: str, rank: int, text: str) -> Course:
    name, _, content_type = text.partition(" | ")
    content_type = content_type or "course"
    language = "zh" if name.startswith("《") else "en"
    item_id = f"C{number:03d}"
    is_steady = rank < _STEADY_SELLERS or item_id in truths.SEQUELS.values() or draws.chance(0.6)
    home = list(titles.TITLES).index(category) * 2
    return Course(
        item_id=item_id,
        name=name,
        content_type=content_type,
        category=category,
        tags=";".join((*titles.TAGS[category], draws.pick(("beginner", "intermediate")), language)),
        price=_price(draws, category, content_type),
        teacher=titles.TEACHERS[home + (language == "en")],
        published=-draws.between(1, 400) if is_steady else draws.between(20, 640),
        language=language,
        popularity=(rank + 1) ** -_POPULARITY_EXPONENT,
    )


def _price(draws: Draws, category: str, content_type: str) -> int:
    """Return a price that ends in 9, or a whole number below 20, near the planted one."""
    price = truths.PRICES[category] * truths.CONTENT_FACTORS[content_type]
    price *= 0.85 + 0.3 * draws.one()
    return max(3, round(price)) if price < 20 else max(19, round(price / 10) * 10 - 1)


def _inside(courses: list[Course], cluster: str) -> list[bool]:
    return [course.category in truths.CLUSTERS[cluster][1] for course in courses]


def _appeal(courses: list[Course], cluster: str, language: str) -> list[float]:
    categories = truths.CLUSTERS[cluster][1]
    weights = dict(zip(categories, truths.CATEGORY_WEIGHTS, strict=False))
    return [
        course.popularity
        * weights.get(course.category, 0.1)
        * (1.0 if course.language == language else truths.OTHER_LANGUAGE)
        for course in courses
    ]
