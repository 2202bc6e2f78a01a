"""Kaplan-Meier, log-rank and Cox against published values of three data sets."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.churn.cox_fit import fit_cox
from analytics.kaplan_meier import kaplan_meier
from analytics.log_rank import log_rank

TELCO = Path(__file__).parents[3] / "shared/data/telco"


def counted(duration, event, group="all"):
    frame = pd.DataFrame({"group": group, "duration": duration, "events": event})
    frame["censored"] = 1 - frame["events"]
    return frame.groupby(["group", "duration"], as_index=False)[["events", "censored"]].sum()


def curve(duration, event):
    counts = counted(duration, event)
    return kaplan_meier(counts["duration"], counts["events"], counts["censored"])


@pytest.fixture(scope="module")
def rossi():
    return pytest.importorskip("lifelines.datasets").load_rossi()


@pytest.fixture(scope="module")
def waltons():
    return pytest.importorskip("lifelines.datasets").load_waltons()


@pytest.fixture(scope="module")
def telco():
    frame = pd.read_csv(next(TELCO.glob("*.csv")))
    frame["event"] = (frame["Churn"] == "Yes").astype(int)
    return frame


def test_rossi_curve_and_band(rossi):
    found = curve(rossi["week"], rossi["arrest"])
    assert [found.at(week) for week in (10, 26, 52)] == pytest.approx(
        [0.96527778, 0.875, 0.73611111], abs=5e-9
    )
    lower, upper = found.band
    assert (lower[-1], upper[-1]) == pytest.approx((0.69185972, 0.77506318), abs=5e-9)


def test_restricted_mean_and_its_interval_equal_lifelines(rossi):
    lifelines = pytest.importorskip("lifelines")
    utils = pytest.importorskip("lifelines.utils")
    model = lifelines.KaplanMeierFitter().fit(rossi["week"], rossi["arrest"])
    mean = utils.restricted_mean_survival_time(model, t=40)
    found = curve(rossi["week"], rossi["arrest"])
    assert found.restricted_mean(40) == pytest.approx(mean)
    random = np.random.default_rng(1)
    means = []
    for _ in range(400):
        again = rossi.sample(len(rossi), replace=True, random_state=random.integers(1 << 30))
        means.append(curve(again["week"], again["arrest"]).restricted_mean(40))
    lower, upper = found.restricted_mean_band(40)
    assert upper - lower == pytest.approx(2 * 1.96 * np.std(means), rel=0.15)


def test_remaining_life_by_hand():
    """10 leave on each of the days 10, 20, 30, 40: of the 30 beyond day 10 half are gone by 30."""
    found = kaplan_meier([10, 20, 30, 40], [10] * 4, [0] * 4)
    assert found.remaining(0) == 20
    assert found.remaining(10) == 20
    assert found.remaining(20) == 10
    assert kaplan_meier([10, 20], [1, 0], [0, 9]).remaining(0) is None


def test_waltons_medians(waltons):
    medians = {"all": 56, "control": 58, "miR-137": 26}
    parts = {"all": waltons, **dict(list(waltons.groupby("group")))}
    found = {name: curve(part["T"], part["E"]).quantile(0.5) for name, part in parts.items()}
    assert found == medians


def test_waltons_log_rank(waltons):
    found = log_rank(counted(waltons["T"], waltons["E"], waltons["group"]))
    assert found.statistic == pytest.approx(122.24912557, abs=5.1e-9)
    assert found.p_value == pytest.approx(2.0359832e-28, rel=1e-7)


def test_cox_of_rossi(rossi):
    columns = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
    model = fit_cox(rossi[columns].to_numpy(), rossi["week"], rossi["arrest"])
    expected = [-0.3794, -0.0574, 0.3139, -0.1498, -0.4337, -0.0849, 0.0915]
    errors = [0.1914, 0.0220, 0.3080, 0.2122, 0.3819, 0.1958, 0.0286]
    assert model.coefficients == pytest.approx(expected, abs=5.1e-5)
    assert model.standard_errors == pytest.approx(errors, abs=5.1e-5)
    assert model.log_likelihood == pytest.approx(-658.74766, abs=5.1e-6)
    assert model.null_log_likelihood == pytest.approx(-675.38063, abs=5.1e-6)
    ratio = 2 * (model.log_likelihood - model.null_log_likelihood)
    assert ratio == pytest.approx(33.26595, abs=5.1e-6)
    ranked = concordance(model, rossi[columns], rossi["week"], rossi["arrest"])
    assert ranked == pytest.approx(0.64033, abs=5.1e-6)


def concordance(model, table, duration, event):
    utils = pytest.importorskip("lifelines.utils")
    risk = table.to_numpy(float) @ model.coefficients
    return utils.concordance_index(duration, -risk, event)


def test_counts_of_like_rows_change_nothing(rossi):
    columns = ["fin", "race", "prio"]
    alone = fit_cox(rossi[columns].to_numpy(), rossi["week"], rossi["arrest"])
    counts = rossi.groupby([*columns, "week", "arrest"], as_index=False).size()
    assert len(counts) < len(rossi)
    together = fit_cox(counts[columns].to_numpy(), counts["week"], counts["arrest"], counts["size"])
    assert together.coefficients == pytest.approx(alone.coefficients, abs=1e-9)
    assert together.standard_errors == pytest.approx(alone.standard_errors, abs=1e-9)
    assert together.log_likelihood == pytest.approx(alone.log_likelihood, abs=1e-7)


@pytest.mark.shared
def test_telco_curve_and_log_rank(telco):
    found = curve(telco["tenure"], telco["event"])
    months = (1, 6, 12, 24, 36, 48, 60, 72)
    expected = [0.9460, 0.8848, 0.8432, 0.7887, 0.7485, 0.7088, 0.6644, 0.5928]
    assert [found.at(month) for month in months] == pytest.approx(expected, abs=5.1e-5)
    by_month = telco[telco["Contract"] == "Month-to-month"]
    assert curve(by_month["tenure"], by_month["event"]).quantile(0.5) == 35
    counts = counted(telco["tenure"], telco["event"], telco["Contract"])
    assert log_rank(counts).statistic == pytest.approx(2352.87254, abs=5.1e-6)


@pytest.mark.shared
def test_cox_of_telco(telco):
    columns = {
        "MonthlyCharges": telco["MonthlyCharges"],
        "Senior": telco["SeniorCitizen"],
        "Partner": telco["Partner"] == "Yes",
        "OneYear": telco["Contract"] == "One year",
        "TwoYear": telco["Contract"] == "Two year",
        "Fiber": telco["InternetService"] == "Fiber optic",
        "ECheck": telco["PaymentMethod"] == "Electronic check",
        "Paperless": telco["PaperlessBilling"] == "Yes",
    }
    frame = pd.DataFrame(columns).astype(float)
    assert frame.notna().all(axis=None)
    model = fit_cox(frame.to_numpy(), telco["tenure"], telco["event"])
    expected = [-0.0200, -0.0670, -0.6178, -1.8811, -3.7445, 1.1761, 0.5439, 0.1989]
    assert model.coefficients == pytest.approx(expected, abs=5.1e-5)
    assert model.log_likelihood == pytest.approx(-14112.09025, abs=5.1e-6)
    ranked = concordance(model, frame, telco["tenure"], telco["event"])
    assert ranked == pytest.approx(0.83857, abs=5.1e-6)


def test_a_covariate_that_parts_everyone_is_refused():
    from analytics.errors import NotEnoughDataError

    event = np.array([1] * 30 + [0] * 30)
    with pytest.raises(NotEnoughDataError, match="fewer covariates"):
        fit_cox(event[:, None], np.where(event, 5, 50), event)
