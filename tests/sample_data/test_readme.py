"""The README says what truths.py plants and how large the files are."""

import pytest


@pytest.fixture(scope="module")
def readme(folder):
    return (folder / "README.md").read_text(encoding="utf-8")


def test_readme_states_the_planted_values(readme, truths):
    def points(share):
        return f"{share * 100:+.0f} pp".replace("-", "−")

    stated = [
        *(f"{rate:.0%}".replace("%", " %") for rate in truths.BASE_RATES),
        f"`{truths.WORSE_CHANNEL}` | {points(truths.CHANNEL_EFFECT)}",
        f"| {points(truths.COMPLETION_EFFECT)}",
        f"| {points(truths.ONBOARDING_EFFECT)}",
        f"| {points(truths.GATEWAY_EFFECT)}",
        f"| {points(truths.CAMPAIGN_UPLIFT)}",
        truths.GATEWAY_ITEM,
        truths.BEST_SELLER,
        str(truths.ONBOARDING_DAY),
        str(truths.CAMPAIGN_DAY),
        f"{truths.INSIDE_SHARE * 100:.0f} % of courses bought inside",
        f"{truths.SEQUEL_SHARE * 100:.0f} % of next courses",
        f"{truths.MONTHLY_RENEWAL * 100:.0f} % of those due renew",
        f"{truths.ANNUAL_RENEWAL * 100:.0f} % renew",
        f"+{truths.MONTHLY_GROWTH * 100:.0f} % a month",
        *(f"{first}→{second}" for first, second in truths.SEQUELS.items()),
        *(f"{category.split()[0].split('Data')[0]} {p}" for category, p in truths.PRICES.items()),
    ]
    assert [text for text in stated if text not in readme] == []


@pytest.mark.parametrize(
    "name",
    [
        "users.csv",
        "items.csv",
        "orders.csv",
        "events.csv",
        "ratings.csv",
        "subscriptions.csv",
        "campaign.csv",
    ],
)
def test_readme_states_rows_and_columns(readme, folder, name):
    with (folder / name).open(encoding="utf-8") as file:
        header = next(file).strip().replace(",", ", ")
        rows = sum(1 for _ in file)
    line = next(line for line in readme.splitlines() if line.startswith(f"| `{name}`"))
    assert header in line
    assert line.endswith(f"| {rows:,} |")
