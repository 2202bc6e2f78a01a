"""The models against simulation, finite differences, quadrature and an independent library."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln

from analytics.value import beta_geometric, gamma_gamma, models, pareto_nbd
from analytics.value.beta_geometric import BetaGeometric
from analytics.value.gamma_gamma import GammaGamma
from analytics.value.histories import Histories
from analytics.value.models import by_pair, discounted_alive, fit_histories, pairs_alive
from analytics.value.pareto_nbd import ParetoNbd
from tests.analytics.btyd_people import futures, histories

FEW = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
BG = BetaGeometric(0.5, 40.0, 0.8, 2.5, stops_at_first=False)
MBG = BetaGeometric(0.5, 40.0, 0.8, 2.5)
PARETO = ParetoNbd(0.6, 60.0, 0.7, 80.0)
MODELS = pytest.mark.parametrize("model", [BG, MBG, PARETO], ids=["bg", "mbg", "pareto"])
POINTS = st.tuples(*[st.floats(-1.5, 1.5)] * 4)
USUAL = np.log([0.5, 40.0, 0.8, 2.5])


def column(*values):
    return [np.array([float(value)]) for value in values]


@pytest.fixture(scope="module")
def people():
    x, recency, known = histories(1_500, r=0.5, alpha=40, a=0.8, b=2.5, seed=5)
    return Histories.of(x, np.floor(recency), known)


def objectives(people):
    x, mean = np.array([1.0, 2, 2, 7, 300]), np.array([3.0, 20, 50, 9, 2500])
    return {
        "bg": (beta_geometric.objective_of(people, stops_at_first=False), 4),
        "mbg": (beta_geometric.objective_of(people, stops_at_first=True), 4),
        "pareto": (pareto_nbd.objective_of(people), 4),
        "money": (gamma_gamma.objective_of(x, mean, np.array([3.0, 1, 2, 1, 1])), 3),
    }


@pytest.mark.parametrize("name", ["bg", "mbg", "pareto", "money"])
@FEW
@given(offset=POINTS)
def test_gradients_are_those_of_finite_differences(people, name, offset):
    objective, n = objectives(people)[name]
    point = (USUAL + np.array(offset))[:n]
    step = 1e-5
    for place, unit in enumerate(np.eye(n)):
        rise = objective(point + step * unit)[0] - objective(point - step * unit)[0]
        assert objective(point)[1][place] == pytest.approx(rise / (2 * step), abs=2e-7, rel=1e-6)


@MODELS
def test_what_is_maximised_is_the_likelihood_of_the_histories(people, model):
    name = {BG: "bg", MBG: "mbg", PARETO: "pareto"}[model]
    names = ("r", "alpha", "s", "beta") if name == "pareto" else ("r", "alpha", "a", "b")
    point = np.log([getattr(model, part) for part in names])
    summed = people.customers @ model.log_likelihood(*people)
    assert objectives(people)[name][0](point)[0] * people.n == pytest.approx(summed, rel=1e-12)


@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd", "pareto-nbd"])
def test_no_step_from_the_maximum_leads_higher(people, name):
    found = fit_histories(people, name)
    objective = objectives(people)[name.removesuffix("-nbd")][0]
    top = objective(np.log(found.maximum.parameters))[0]
    for step in 0.01 * np.concatenate([np.eye(4), -np.eye(4)]):
        assert objective(np.log(found.maximum.parameters) + step)[0] < top


@pytest.mark.parametrize("stops_at_first", [False, True])
def test_parameters_are_found_again(stops_at_first):
    true = {"r": 0.8, "alpha": 30, "a": 0.9, "b": 2.0}
    x, recency, known = histories(12_000, **true, seed=2, stops_at_first=stops_at_first)
    rows = Histories.of(x, np.ceil(recency), known)
    found = beta_geometric.fit(rows, stops_at_first=stops_at_first)[1]
    off = (found.parameters - list(true.values())) / found.standard_errors
    assert np.abs(off).max() < 3.5  # whole days shift them a little


def simulated(model, history, horizon, n=400_000):
    """Purchases of n customers with this history: the posterior drawn, then lived."""
    random, (x, recency, known) = np.random.default_rng(9), history
    rates = random.gamma(model.r + x, 1 / (model.alpha + known), n)
    alive = float(model.alive(*column(x, recency, known))[0])
    if isinstance(model, ParetoNbd):
        stops = random.exponential(1 / random.gamma(model.s, 1 / (model.beta + known), n))
        bought = random.poisson(rates * np.minimum(stops, horizon)).astype(float)
    else:
        chances = random.beta(model.a, model.b + x + model.stops_at_first, n)
        bought = futures(n, horizon, rates=rates, stops=chances)
    return np.where(random.random(n) < alive, bought, 0)


@MODELS
@pytest.mark.parametrize("history", [(0, 0, 150), (3, 90, 200), (12, 180, 200)])
def test_expectations_are_those_of_a_simulation(model, history):
    bought, horizon = simulated(model, history, 120), 120
    error = bought.std() / np.sqrt(len(bought))
    assert model.expected(*column(*history), horizon)[0] == pytest.approx(
        bought.mean(), abs=4 * error
    )
    silent = (bought == 0).mean()
    error = np.sqrt(silent * (1 - silent) / len(bought))
    assert model.no_purchase(*column(*history), horizon)[0] == pytest.approx(silent, abs=4 * error)
    x, recency, known = column(*history)
    mean = model.expected(x, recency, known, horizon)
    pairs = model.alive(x, recency, known) * pairs_alive(model, x, known, horizon)
    assert mean + pairs - mean**2 == pytest.approx(bought.var(), rel=0.03)


def test_chance_to_be_alive_is_that_of_a_simulation():
    """Of simulated MBG/NBD customers with one repeat purchase, how many had not stopped?"""
    random = np.random.default_rng(4)
    n, known = 300_000, 100.0
    rates, stops = random.gamma(MBG.r, 1 / MBG.alpha, n), random.beta(MBG.a, MBG.b, n)
    first, second = random.exponential(1 / rates), random.exponential(1 / rates)
    went_on = random.random(n) >= stops
    stopped = random.random(n) < stops
    once = went_on & (first > 35) & (first < 45) & (stopped | (first + second > known))
    alive = MBG.alive(*column(1, 40, known))[0]
    assert alive == pytest.approx((~stopped[once]).mean(), abs=0.02)


@MODELS
def test_chances_of_counts_add_up_to_one_and_to_the_mean(model):
    counts = np.arange(400)
    chances = model.pmf(counts, 200.0)
    assert chances.sum() == pytest.approx(1, abs=1e-6)
    assert counts @ chances == pytest.approx(model.expected_new(200.0)[0], rel=1e-4)


@MODELS
@pytest.mark.parametrize("horizon", [1, 90, 1_000])
def test_rates_add_up_to_the_expectation(model, horizon):
    x, known = np.array([0.0, 1, 5, 40]), np.array([3.0, 100, 200, 700])
    summed = discounted_alive(model, x, known, horizon, 0.0)
    assert summed == pytest.approx(model.expected_alive(x, known, horizon), rel=1e-9)


@MODELS
def test_discount_weighs_each_day(model):
    x, known, force = *column(4, 200), np.log(1.2) / 365

    def height(later):
        return (model.rate_alive(x, known, later) * np.exp(-force * later))[0]

    expected = quad(height, 0, 365, epsabs=0, epsrel=1e-11)[0]
    assert discounted_alive(model, x, known, 365, force) == pytest.approx(expected, rel=1e-9)


@MODELS
def test_no_number_is_lost_for_heavy_buyers_and_short_lives(model):
    x = np.array([0.0, 1, 500, 3_000, 20_000])
    recency, known = np.array([0.0, 0, 700, 3_000, 3_650]), np.array([0.0, 0, 703, 3_650, 3_650])
    for answer in (
        model.alive(x, recency, known),
        model.no_purchase(x, recency, known, 90),
    ):
        assert ((answer >= 0) & (answer <= 1)).all()
    expected = model.expected(x, recency, known, 365)
    assert np.isfinite(expected).all()
    assert (expected >= 0).all()
    assert np.isfinite(discounted_alive(model, x, known, 365, 1e-4)).all()


@pytest.mark.parametrize("stops_at_first", [False, True])
def test_the_mean_is_smooth_where_a_is_one(stops_at_first):
    def mean(a):
        model = BetaGeometric(0.5, 40, a, 2.5, stops_at_first=stops_at_first)
        return model.expected(*column(3, 90, 200), 120)[0]

    assert mean(1.0) == pytest.approx((mean(1 - 1e-3) + mean(1 + 1e-3)) / 2, rel=1e-6)


@FEW
@given(
    st.tuples(*[st.floats(-7, 7)] * 4),
    st.sampled_from([0, 1, 10, 100, 3_000]),
    st.sampled_from([0, 30, 3_000]),
    st.sampled_from([1.0, 90, 1_000]),
)
def test_the_mean_holds_over_all_that_a_fit_may_reach(powers, x, known, later):
    """E[λ e^(−λ p later)] by plain summation over p, for parameters 1,000 times up and down."""
    r, alpha, a, b = np.array([0.5, 30, 1, 2]) * np.exp(powers)
    known = max(x, known)
    found = BetaGeometric(r, alpha, a, b).rate_alive(*column(x, known), later)[0]
    u = np.linspace(-60, 60, 24_001)
    log_p, log_q = -np.logaddexp(0, -u), -np.logaddexp(0, u)
    log_weight = a * log_p + (b + x + 1) * log_q - betaln(a, b + x + 1)
    fall = (r + x + 1) * np.log1p(np.exp(log_p) * later / (alpha + known))
    mean = np.trapezoid(np.exp(log_weight - fall), u)
    mean += np.exp(-60 * a - betaln(a, b + x + 1)) / a  # the tail where p is nothing
    assert found == pytest.approx((r + x) / (alpha + known) * mean, rel=1e-5, abs=1e-12)


@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd", "pareto-nbd"])
def test_customers_who_are_all_alike_have_no_maximum_and_yet_an_outlook(name):
    random, rows = np.random.default_rng(0), []
    for known in random.integers(50, 600, 1_500):
        steps = np.cumsum(random.exponential(33, random.geometric(0.3)))
        steps = steps[steps <= known]
        rows.append((len(steps), int(steps[-1]) if len(steps) else 0, known))
    histories_ = Histories.of(*np.array(rows).T)
    found = fit_histories(histories_, name)
    assert not found.maximum.is_interior
    seen = found.outlook(*histories_, horizon=365, discount=0.1)
    for answer in (seen.alive, seen.no_purchase, seen.expected, seen.discounted):
        assert np.isfinite(answer).all()
    assert np.isfinite(found.variance(*histories_, horizon=365)).all()


def test_one_purchase_is_alive_for_ever_only_in_the_bg_nbd():
    once = column(0, 0, 2_000)
    assert BG.alive(*once) == 1
    assert MBG.alive(*once) < 0.4


@pytest.mark.parametrize(
    "values", [(0.5, 40, 0.8, 2.5), (0.5, 4, 0.8, 250), (3, 200, 1.5, 0.2), (0.2, 1e-2, 2, 300)]
)
def test_the_stopping_integral_is_that_of_adaptive_quadrature(values):
    """The likelihood of the Pareto/NBD from its definition, one history at a time."""
    model = ParetoNbd(*values)
    for x, recency, known in [(0, 0, 50), (2, 30, 39), (60, 20, 300), (250, 95, 100), (1, 1, 900)]:
        shape, s = model.r + x, model.s

        def height(u, shape=shape, s=s, recency=recency):
            tau = np.exp(u) - 1e-3
            fall = shape * np.log((model.alpha + tau) / (model.alpha + recency))
            fall += (s + 1) * np.log((model.beta + tau) / (model.beta + recency))
            return np.exp(u - fall)

        ends = np.log(recency + 1e-3), np.log(known + 1e-3)
        area = quad(height, *ends, epsabs=0, epsrel=1e-11, limit=500)[0]
        rise = shape * np.log((model.alpha + known) / (model.alpha + recency))
        rise += s * np.log((model.beta + known) / (model.beta + recency))
        odds = s * area * np.exp(rise) / (model.beta + recency)
        alive = model.alive(*column(x, recency, known))
        assert alive == pytest.approx(1 / (1 + odds), rel=1e-8, abs=1e-15)


@pytest.mark.parametrize("table", [0, 1_000])
def test_each_pair_is_asked_once(monkeypatch, table):
    monkeypatch.setattr(models, "_TABLE", table)
    asked = []

    def ask(x, known):
        asked.append(len(x))
        return 1_000 * x + known

    x, known = np.array([2, 0, 2, 2]), np.array([5, 7, 5, 6])
    assert by_pair(x, known, ask).tolist() == [2005, 7, 2005, 2006]
    assert asked == [3]


def test_histories_are_counted_whatever_their_order():
    rows = np.array([[0, 0, 9], [2, 5, 9], [0, 0, 9], [1, 5, 9], [0, 0, 8]])
    one, other = Histories.of(*rows.T), Histories.of(*rows[::-1].T)
    for field in ("frequency", "recency", "T", "customers"):
        assert getattr(one, field).tolist() == getattr(other, field).tolist()
    assert list(zip(*one, one.customers, strict=True)) == [
        (0, 0, 8, 1),
        (0, 0, 9, 2),
        (1, 5, 9, 1),
        (2, 5, 9, 1),
    ]
    assert (one.n, one.repeaters, one.purchases) == (5, 2, 3)


def test_a_sample_holds_every_kth_customer(people):
    some = people.sample(300)
    assert some.n == 300
    assert some.purchases / some.n == pytest.approx(people.purchases / people.n, rel=0.05)


def test_a_warm_start_ends_at_the_same_maximum(people, monkeypatch):
    cold = fit_histories(people, "mbg-nbd").maximum
    monkeypatch.setattr(beta_geometric, "_WARM_ABOVE", 10)
    monkeypatch.setattr(beta_geometric, "_SAMPLE", 400)
    warm = fit_histories(people, "mbg-nbd").maximum
    assert warm.log_likelihood == pytest.approx(cold.log_likelihood, abs=1e-7)
    assert warm.parameters == pytest.approx(cold.parameters, rel=1e-5)


def test_the_mean_purchase_does_not_exist_where_q_is_at_most_one():
    assert np.isnan(GammaGamma(6, 1.0, 15).mean)
    assert np.isnan(GammaGamma(6, 0.9, 15).expected_mean(0, 0))
    assert GammaGamma(6, 0.9, 15).expected_mean(1, 10) == pytest.approx(6 * 25 / 5.9)
    assert GammaGamma(6, 4, 15).expected_mean(0, np.nan) == GammaGamma(6, 4, 15).mean == 30


class TestAgainstLifetimes:
    """`lifetimes`, an independent implementation."""

    @pytest.fixture(autouse=True)
    def _library(self):
        pytest.importorskip("lifetimes")

    def rows(self):
        x = np.array([0, 1, 2, 7, 25])
        return x, np.array([0.0, 30, 60, 170, 199]), np.array([10.0, 100, 150, 190, 200])

    def theirs(self, model):
        from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
        from pandas import Series

        kinds = {BG: BetaGeoFitter, MBG: ModifiedBetaGeoFitter, PARETO: ParetoNBDFitter}
        names = ("r", "alpha", "s", "beta") if model == PARETO else ("r", "alpha", "a", "b")
        other = kinds[model]()
        other.params_ = Series({name: getattr(model, name) for name in names})
        return other

    @MODELS
    def test_chance_to_be_alive(self, model):
        found = self.theirs(model).conditional_probability_alive(*self.rows())
        assert model.alive(*self.rows()) == pytest.approx(np.asarray(found), rel=1e-9)

    @MODELS
    def test_expected_purchases(self, model):
        ask = self.theirs(model).conditional_expected_number_of_purchases_up_to_time
        assert model.expected(*self.rows(), 90) == pytest.approx(
            np.asarray(ask(90, *self.rows())), rel=1e-8
        )

    @MODELS
    def test_expected_purchases_of_a_new_customer(self, model):
        found = [
            self.theirs(model).expected_number_of_purchases_up_to_time(t) for t in (1, 90, 365)
        ]
        assert model.expected_new(np.array([1.0, 90, 365])) == pytest.approx(found, rel=1e-8)

    @pytest.mark.parametrize("model", [BG, MBG], ids=["bg", "mbg"])
    def test_chances_of_counts(self, model):
        ask = self.theirs(model).probability_of_n_purchases_up_to_time
        found = [float(ask(90, n)) for n in range(6)]
        assert model.pmf(np.arange(6), 90) == pytest.approx(found, rel=1e-8)

    def test_fits(self, people):
        from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter

        kinds = {
            "bg-nbd": BetaGeoFitter,
            "mbg-nbd": ModifiedBetaGeoFitter,
            "pareto-nbd": ParetoNBDFitter,
        }
        for name, kind in kinds.items():
            found = kind().fit(people.frequency, people.recency, people.T, people.customers)
            own = fit_histories(people, name)
            there = replace(own.model, **found.params_.to_dict())
            reached = people.customers @ there.log_likelihood(*people)
            # their search ends early where the top is flat, as that of the Pareto/NBD is
            assert -1e-6 < own.maximum.log_likelihood - reached < 0.5

    def test_gamma_gamma(self):
        from lifetimes import GammaGammaFitter

        random = np.random.default_rng(1)
        x = random.integers(1, 9, 2_000).astype(float)
        nu = random.gamma(4, 1 / 15, 2_000)
        mean = random.gamma(6 * x, 1 / (nu * x))
        model, found = gamma_gamma.fit(x, mean, np.ones(len(x)))
        theirs = GammaGammaFitter().fit(x, mean)
        assert found.parameters == pytest.approx(theirs.params_.to_numpy(), rel=1e-3)
        expected = theirs.conditional_expected_average_profit(x, mean)
        assert model.expected_mean(x, mean) == pytest.approx(np.asarray(expected), rel=1e-3)

    def test_value_of_twelve_months(self):
        """Without a discount the months add up to 360 days."""
        from lifetimes import GammaGammaFitter
        from pandas import Series

        money = GammaGamma(6.0, 4.0, 15.0)
        other = GammaGammaFitter()
        other.params_ = Series({"p": money.p, "q": money.q, "v": money.v})
        model = self.theirs(BG)
        model.predict = model.conditional_expected_number_of_purchases_up_to_time  # as fit does
        columns = [Series(column) for column in (*self.rows(), [0.0, 20, 35, 8, 50])]
        theirs = other.customer_lifetime_value(
            model, *columns, time=12, discount_rate=0.0, freq="D"
        )
        own = BG.expected(*self.rows(), 360) * money.expected_mean(columns[0], columns[3])
        assert own == pytest.approx(theirs.to_numpy(), rel=1e-8)
