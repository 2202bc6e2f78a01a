"""The figures' colours are those of the app, and legible."""

import tomllib
from pathlib import Path

import pytest

from ui import theme

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text("utf-8"))


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("name", "colors"), [("light", theme.LIGHT), ("dark", theme.DARK)])
def test_theme_and_configuration_hold_the_same_colours(name, colors):
    config = CONFIG["theme"][name]
    assert config["backgroundColor"] == colors.background
    assert config["textColor"] == colors.text
    assert config["borderColor"] == colors.border
    assert config["grayTextColor"] == colors.muted
    categories = config.get("chartCategoricalColors", CONFIG["theme"]["chartCategoricalColors"])
    assert tuple(categories) == colors.categories


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_is_legible_on_every_ground(colors):
    for ground in (colors.background, colors.second):
        assert contrast(colors.text, ground) >= 7
        assert contrast(colors.muted, ground) >= 4.5
    for color in (colors.loss, colors.accent):
        assert contrast(color, colors.background) >= 4.5


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("share", [0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.75, 0.9, 1])
def test_text_is_legible_on_every_shade(colors, share):
    assert contrast(theme.text_on(share, colors), theme.shade(share, colors)) >= 4.5


def test_shade_runs_from_first_to_last():
    assert theme.shade(-1, theme.LIGHT) == theme.LIGHT.sequence[0]
    assert theme.shade(2, theme.LIGHT) == theme.LIGHT.sequence[-1]
