"""The command line's contract: JSON and nothing else, one sentence on fault, exit codes."""

import csv
import json
import shutil
import sys
import zipfile

import pytest

import cli

IMPORT_KEYS = [
    *("file", "platform", "table", "encoding", "delimiter", "header_line", "mapping", "timezone"),
    *("rows_read", "rows_loaded", "rows_rejected", "rejected", "rejects_file"),
    *("orders", "valid_orders", "customers", "revenue", "refunded", "first_at", "last_at"),
    *("version", "warnings", "replaced", "signature"),
]
RATE = ["numerator", "denominator", "rate", "ci_lower", "ci_upper"]
CI = ["ci_lower", "ci_upper"]
MONEY = ["orders", "revenue", "cumulative_revenue", "is_mature"]
REPORTS = {
    "repurchase-rate": ["horizon_days", "scope", *RATE],
    "repurchase-curve": ["group", "day", "n_at_risk", "n_events", "survival", *CI],
    "order-ladder": ["step", "horizon_days", *RATE],
    "returning-rate": [
        *("period", "customers", "repeat_customers", "returning_customers"),
        *("repeat_rate", "returning_rate"),
    ],
    "retention": ["cohort", "period_index", "cohort_size", "active", "rate", *CI, *MONEY],
    "lifecycle": ["period", "new", "returning", "resurrected", "dormant"],
    "first-item": [
        *("item_id", "customers", "repurchasers", "rate", *CI),
        *("q_value", "median_days", "value_per_customer"),
    ],
    "survival": ["group", "duration", "n_at_risk", "survival", *CI],
    "cox": ["covariate", "hazard_ratio", *CI, "p_value", "q_value"],
    "rfm": [
        *("segment", "customers", "share", "revenue"),
        *("recency_days", "frequency", "monetary_value", "repurchase_rate"),
    ],
}


@pytest.fixture
def huitou(monkeypatch, capsys):
    """Run a command in this process; return (exit code, standard output, standard error)."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["huitou", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return run


@pytest.fixture
def answer(huitou):
    """Run a command with --json and return its one object."""

    def run(*words):
        code, out, err = huitou(*words, "--json")
        assert code == 0, err
        return json.loads(out)

    return run


@pytest.fixture(scope="module")
def sample(sample_home):
    return sample_home / "sample"


@pytest.fixture
def orders(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(
        "order_id,customer_id,amount,ordered_at\n1,a,10,2024-01-01\n2,a,20,2024-02-01\n"
    )
    return path


def test_import_answers_with_the_contract(answer, tmp_path, orders):
    report = answer("import", orders, "--workspace", tmp_path / "w", "--currency", "EUR")
    assert list(report) == IMPORT_KEYS
    assert report["revenue"] == {"EUR": 30.0}
    assert report["timezone"] == "UTC"
    assert any("time zone" in warning for warning in report["warnings"])


def test_several_files_answer_with_a_list(answer, tmp_path, orders):
    items = tmp_path / "items.csv"
    items.write_text("item_id,item_name,category\nx,Course,Writing\n")
    both = answer("import", orders, items, "--workspace", tmp_path / "w")
    assert [one["table"] for one in both] == ["order_lines", "items"]
    assert (both[1]["orders"], both[1]["valid_orders"], both[1]["revenue"]) == (None, None, {})


def test_several_files_are_one_version_in_any_order(answer, tmp_path, orders):
    people = tmp_path / "people.csv"
    people.write_text("customer_id,name,signed_up_at\na,Ann,2023-12-01\nb,Bo,2023-12-02\n")
    for number, files in enumerate(([orders, people], [people, orders])):
        shop = tmp_path / f"w{number}"
        assert {one["version"] for one in answer("import", *files, "--workspace", shop)} == {1}
        told = answer("report", "repurchase-rate", "--workspace", shop)
        assert [row[2:4] for row in told["rows"]] == [[0, 1], [0, 0]]


def test_a_zip_of_several_tables_is_all_of_them(answer, tmp_path, orders):
    items = tmp_path / "items.csv"
    items.write_text("item_id,item_name,category\nx,Course,Writing\n")
    archive = tmp_path / "exports.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(orders, "shop/orders.csv")
        packed.write(items, "shop/items.csv")
    both = answer("import", archive, "--workspace", tmp_path / "w")
    assert [(one["file"], one["table"]) for one in both] == [
        ("orders.csv", "order_lines"),
        ("items.csv", "items"),
    ]


def test_what_was_mapped_is_remembered_until_it_is_forgotten(answer, tmp_path):
    months = [tmp_path / f"{month}.csv" for month in ("may", "june", "july")]
    for number, path in enumerate(months, 5):
        path.write_text(
            f"order_id,customer_id,amount,net,ordered_at\n{number},x,9,7,2024-0{number}-03"
        )
    shop = ("--workspace", tmp_path / "w")
    answer("import", months[0], *shop, "--map", "amount=net")
    june = answer("import", months[1], *shop)
    assert (june["mapping"]["amount"], june["revenue"]) == ("net", {"XXX": 7.0})
    assert any("decided for may.csv" in warning for warning in june["warnings"])
    july = answer("import", months[2], *shop, "--forget")
    assert july["revenue"] == {"XXX": 9.0}
    assert answer("import", months[2], *shop)["revenue"] == {"XXX": 9.0}


def test_a_status_word_means_what_it_is_said_to_mean(answer, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(
        "order_id,customer_id,amount,ordered_at,status\n"
        "1,a,10,2024-01-01,zugestellt\n2,a,20,2024-02-01,verweigert\n"
    )
    shop = ("--workspace", tmp_path / "w")
    told = answer("import", path, *shop, "--status", "verweigert=cancelled")
    assert (told["orders"], told["valid_orders"]) == (2, 1)


def test_versions_are_compared(answer, huitou, tmp_path, orders):
    shop = ("--workspace", tmp_path / "w")
    answer("import", orders, *shop)
    orders.write_text(
        "order_id,customer_id,amount,ordered_at\n2,a,25,2024-02-01\n3,b,5,2024-02-02\n"
    )
    answer("import", orders, *shop)
    told = answer("versions", *shop, "--compare", "1", "2")
    assert list(told) == ["older", "newer", "rows", "notes"]
    revenue = next(row for row in told["rows"] if row["figure"] == "revenue")
    assert (revenue.pop("figure"), list(revenue.values())) == (
        "revenue",
        [30.0, 40.0, 10.0, 0.0, 0.0, 5.0, 0.0, 5.0, 0.0],
    )
    parts = ["settings", "removed_orders", "changed_orders", "late_refunds", "new_orders"]
    assert list(revenue) == ["before", "after", "change", *parts, "more_days"]
    code, _, err = huitou("versions", *shop, "--compare", "1", "9")
    assert (code, "no version '9'" in err) == (2, True)


def test_the_default_workspace_comes_from_the_environment(answer, tmp_path, orders, monkeypatch):
    monkeypatch.setenv("HUITOU_WORKSPACE", str(tmp_path / "elsewhere"))
    answer("import", orders)
    assert answer("versions")["versions"][0]["subject"] == "orders.csv"


def test_a_dry_run_loads_nothing(answer, tmp_path, orders):
    report = answer("import", orders, "--workspace", tmp_path / "w", "--dry-run")
    assert (report["orders"], report["version"]) == (2, 0)


def test_vacuum(answer, tmp_path, orders):
    for _ in range(2):
        answer("import", orders, "--workspace", tmp_path / "w")
    options = ("--workspace", tmp_path / "w", "--keep", "1", "--hours", "0")
    would = answer("vacuum", *options, "--dry-run")
    assert list(would) == ["versions", "files", "freed", "size"]
    assert (would["versions"], would["files"] > 0) == ([1], True)
    assert answer("vacuum", *options) == would
    assert answer("versions", "--workspace", tmp_path / "w")["versions"][0]["version"] == 2


def test_undo_and_versions(answer, tmp_path, orders):
    answer("import", orders, "--workspace", tmp_path / "w")
    assert answer("undo", "--workspace", tmp_path / "w")["version"] == 2
    assert len(answer("versions", "--workspace", tmp_path / "w")["versions"]) == 2


def test_the_valid_rule_counts_free_visits(answer, tmp_path):
    path = tmp_path / "free.csv"
    path.write_text("order_id,customer_id,amount,ordered_at\n1,a,0,2024-01-01\n2,b,5,2024-01-02\n")
    rule = ("--valid-rule", "amount>=0")
    assert answer("import", path, "--workspace", tmp_path / "w")["valid_orders"] == 1
    assert answer("import", path, "--workspace", tmp_path / "w", *rule)["valid_orders"] == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["import", "nowhere.csv"], "nowhere.csv"),
        (["import", "{orders}", "--map", "amount"], "NAME=VALUE"),
        (["import", "{orders}", "--timezone", "Mars"], "Asia/Shanghai"),
        (["import", "{orders}", "--valid-rule", "price>3"], "amount>0"),
        (["import", "{orders}", "--as", "sales"], "sales"),
        (["import", "{orders}", "--status", "done=finished"], "partially_refunded"),
        (["import"], "at least one"),
        (["import", "{orders}", "--map", "amount=Netto"], "Netto"),
        (["report", "retenton"], "no report 'retenton'"),
        (["report", "retention", "--perod", "week"], "perod"),
        (["report", "retention", "--period", "fortnight"], "fortnight"),
        (["report", "retention"], "no workspace"),
        (["undo"], "no workspace"),
        (["segments", "--kind", "stars"], "no workspace"),
        (["train", "--model", "magic"], "no workspace"),
        (["recommend"], "--segment, --customer, --item or --all"),
        (["fly"], "fly"),
    ],
)
def test_the_users_fault_is_one_sentence_and_exit_code_2(huitou, tmp_path, orders, words, sentence):
    filled = [word.format(orders=orders) for word in words]
    code, out, err = huitou(*filled, *([] if words == ["fly"] else ["--workspace", tmp_path / "w"]))
    assert (code, out) == (2, ""), err
    assert sentence in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_a_report_has_the_columns_of_the_contract(answer, sample, name):
    report = answer("report", name, "--workspace", sample)
    assert list(report) == ["report", "params", "as_of", "version", "columns", "rows", "notes"]
    assert report["columns"][: len(REPORTS[name])] == REPORTS[name]
    assert report["rows"]
    assert report["as_of"] == "2026-06-30"


def test_a_breakdown_comes_first(answer, sample):
    report = answer("report", "repurchase-rate", "--workspace", sample, "--by", "channel")
    assert report["columns"][0] == "group"


def test_rates_carry_their_maturity(answer, sample):
    for name in ("repurchase-rate", "order-ladder", "retention"):
        assert "is_mature" in answer("report", name, "--workspace", sample)["columns"]


def test_segments_are_sorted_and_hold_every_buyer_once(answer, sample):
    told = answer("segments", "--workspace", sample, "--kind", "rfm")
    assert list(told) == ["kind", "as_of", "version", "segments", "members"]
    ids = [member["customer_id"] for member in told["members"]]
    assert ids == sorted(set(ids))
    assert sum(segment["size"] for segment in told["segments"]) == len(ids)
    assert told == answer("segments", "--workspace", sample, "--kind", "rfm")


def test_trained_versions_are_listed_compared_and_chosen(answer, sample):
    found = answer("models", "list", "--workspace", sample)["models"]
    (serves,) = [one for one in found if one["serves"]]
    other = next(one for one in found if not one["serves"])
    names = [f"{one['model']}/{one['version']}" for one in (other, serves)]
    rows = answer("models", "compare", *names, "--workspace", sample)["rows"]
    bounds = {"change_lower", "change_upper"}
    assert {"metric", "k", "one", "other", "change", *bounds} == set(rows[0])
    chosen = answer("models", "use", names[0], "--workspace", sample)
    assert chosen == {"model": other["model"], "version": other["version"]}
    back = answer("models", "use", "automatic", "--workspace", sample)
    assert back == {"model": serves["model"], "version": serves["version"]}


def test_an_item_finds_its_customers_and_all_lists_go_into_a_file(answer, huitou, sample, tmp_path):
    lists = answer(
        *("recommend", "--workspace", sample, "--all", "--top", "2"),
        *("--out", tmp_path / "lists.csv"),
    )
    with (tmp_path / "lists.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == lists["rows"]
    assert len({row["customer_id"] for row in rows}) == lists["customers"]
    takers = answer("recommend", "--workspace", sample, "--item", rows[0]["item_id"], "-k", "3")
    assert takers["columns"] == ["customer_id", "place", "score", "chance"]
    assert len(takers["rows"]) <= 3
    code, _, err = huitou("recommend", "--workspace", sample, "--all")
    assert code == 2
    assert "--out" in err


def test_recommend_to_a_customer_and_to_a_segment(answer, sample, tmp_path):
    told = answer("segments", "--workspace", sample)
    member = told["members"][0]
    one = answer("recommend", "--workspace", sample, "--customer", member["customer_id"], "-k", "5")
    assert [row[one["columns"].index("rank")] for row in one["rows"]] == [1, 2, 3, 4, 5]
    out = tmp_path / "segment.csv"
    answer("recommend", "--workspace", sample, "--segment", member["segment"], "--out", out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")


def test_an_unknown_customer_is_told(huitou, sample):
    code, _, err = huitou("recommend", "--workspace", sample, "--customer", "nobody")
    assert code == 2
    assert "nobody" in err


def test_a_campaign_leaves_with_its_holdout_and_stays_on_record(answer, sample, tmp_path):
    shop = tmp_path / "shop"
    shutil.copytree(sample, shop)
    segment = answer("segments", "--workspace", shop)["segments"][0]
    out = tmp_path / "list.csv"
    made = answer(
        *("campaign", "create", "--workspace", shop, "--segment", segment["segment"]),
        *("--holdout", "0.2", "--out", out),
    )
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    held = sum(row["arm"] == "holdout" for row in rows)
    assert (len(rows), held) == (segment["size"], made["n_holdout"])
    assert abs(held / len(rows) - 0.2) < 0.01
    assert [
        one["name"] for one in answer("campaign", "list", "--workspace", shop)["campaigns"]
    ] == ["list"]


def test_a_list_of_those_likely_lost_and_worth_most(answer, sample, tmp_path):
    shop, out = tmp_path / "shop", tmp_path / "list.csv"
    shutil.copytree(sample, shop)
    members = answer("segments", "--workspace", shop, "--kind", "risk")["members"]
    assert set(members[0]) == {"customer_id", "segment"}
    chosen = {one["customer_id"] for one in members if one["segment"] == "save-first"}
    command = ("campaign", "create", "--workspace", shop, "--kind", "risk", "--lang", "zh")
    made = answer(*command, "--segment", "save-first", "--out", out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["customer_id"] for row in rows} == chosen
    stakes = [float(row["at_stake"]) for row in rows]
    assert stakes == sorted(stakes, reverse=True)
    assert {row["segment"] for row in rows} == {"将流失·价值高"}
    assert "今后 90 天内不再购买的概率" in rows[0]["reason"]
    assert 0 < made["base_rate"] <= 0.5


def test_subscriptions_need_no_orders(answer, tmp_path):
    path, shop = tmp_path / "subscriptions.csv", tmp_path / "shop"
    header = "id,Customer ID,Plan,Currency,Interval,Interval Count,Amount,Status,Created (UTC),"
    rows = [
        f"s{n},c{n},gold,usd,month,3,30.00,active,2024-0{1 + n % 6}-01 10:00,," for n in range(12)
    ]
    path.write_text("\n".join([f"{header}Canceled At (UTC),Ended At (UTC)", *rows]), "utf-8")
    told = answer("import", path, "--workspace", shop)
    assert (told["table"], told["rows_loaded"], told["orders"]) == ("subscriptions", 12, None)
    found = answer("report", "subscriptions", "--workspace", shop)
    last = dict(zip(found["columns"], found["rows"][-1], strict=True))
    assert (found["as_of"], last["mrr_end"]) == ("2024-06-01", 120)


def test_train_and_evaluate_answer_with_the_contract(answer, sample, tmp_path):
    shop = tmp_path / "shop"
    shutil.copytree(sample, shop)
    told = answer(
        *("train", "--workspace", shop, "--model", "ials"),
        *("--option", "n_factors=8", "--option", "iterations=3"),
    )
    keys = ["model", "version", "seconds", "n_users", "n_items", "n_interactions", "metrics"]
    assert list(told) == keys
    board = answer("evaluate", "--workspace", shop, "--models", "item-neighbours", "--k", "10")
    assert board["split"] == "time"
    assert {row["model"] for row in board["rows"]} == {"popularity", "item-neighbours"}
    metrics = {"recall", "recall_capped", "precision", "ndcg", "map", "mrr", "hit_rate"}
    assert metrics <= {row["metric"] for row in board["rows"]}
    assert board["best"] in {"popularity", "item-neighbours"}


def test_keep_going_leaves_out_the_file_at_fault(huitou, tmp_path, orders):
    bad = tmp_path / "weather.csv"
    bad.write_text("date,station,temperature\n2024-01-05,Oslo,-3.2\n", encoding="utf-8")
    shop = tmp_path / "shop"
    code, out, err = huitou("import", bad, orders, "--workspace", shop, "--json")
    assert (code, out) == (2, "")
    assert "weather.csv" in err
    code, out, err = huitou("import", bad, orders, "--workspace", shop, "--json", "--keep-going")
    assert code == 2
    assert err.count("weather.csv") == 1
    assert json.loads(out)["file"] == orders.name
    code, out, _ = huitou("import", bad, "--workspace", shop, "--json", "--keep-going")
    assert (code, out) == (2, "")


def test_an_import_names_what_is_wrong_and_the_remedy(huitou, tmp_path):
    asked = ("x.csv", "--currency", "Euro")
    for given, told in ((asked, "three letters, such as CNY"), ((), "name at least one file")):
        code, _, err = huitou("import", *given, "--workspace", tmp_path / "w")
        assert (code, told in err) == (2, True)
