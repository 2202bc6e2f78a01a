"""Target lists in the reader's language, for a page's download and for a terminal."""

from recsys.campaigns.lists import Campaign
from ui.words import has, say, speaking, t


def segment_label(kind: str, name: str) -> str:
    """Say what a segment is called for the reader; a saved one has its own name."""
    key = f"segment.{kind}_{name}"
    return t(key) if has(key) else name


def spoken_csv(campaign: Campaign, speech: str, arm: str | None = None) -> bytes:
    """Write a list (or one arm of it) as CSV whose segment and reasons are in this language."""
    facts = campaign.facts
    with speaking(speech):
        label = segment_label(facts["segment_kind"], facts["segment"])
        return campaign.csv(arm, segment=label, say=say)
