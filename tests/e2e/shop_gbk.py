"""A made-up shop's order export as Tmall gives it, and what plain pandas computes from it."""

import random
from datetime import datetime, timedelta

import pandas as pd

COURSES = [f"课程{letter}" for letter in "甲乙丙丁戊己庚辛"]
START = datetime(2024, 1, 1, 9)
DAYS = 300


def orders(seed=7, customers=160):
    """Orders as tuples (order, customer, course, amount, status, created)."""
    draw = random.Random(seed)
    rows = []
    for number in range(customers):
        customer = f"{number:06d}"  # leading zeros must survive
        taste = number % 2 * 4
        moment = START + timedelta(days=draw.randrange(200), minutes=draw.randrange(600))
        for _ in range(draw.choice([1, 1, 2, 3, 4])):
            if moment > START + timedelta(days=DAYS):
                break
            status = draw.choices(["交易成功", "交易关闭", "等待买家付款"], [9, 1, 1])[0]
            course = COURSES[taste + draw.randrange(4)]
            rows.append((customer, course, draw.choice([99, 199, 1299]), status, moment))
            moment += timedelta(days=draw.choice([5, 20, 45, 80]), minutes=draw.randrange(300))
    rows.sort(key=lambda row: row[-1])
    return [(f"20240{index:013d}", *row) for index, row in enumerate(rows)]


def write(path, rows):
    """Write them in GBK with a preamble, thousands marks, guarded ids and a totals line."""
    lines = [
        "店铺名称：青禾小店,,,,,",
        "导出时间：2024-11-01 08:00:00,,,,,",
        "",
        "订单编号,买家会员名,宝贝标题,买家实际支付金额,订单状态,订单付款时间,下单渠道说明",
    ]
    for order, customer, course, amount, status, moment in rows:
        money = f'"{amount:,.2f}"' if amount > 999 else f"{amount:.2f}"
        lines.append(f"{order}\t,{customer},{course},{money},{status},{moment},手机")
    total = sum(row[3] for row in rows)
    lines.append(f"合计,,,{total:.2f},,,")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gbk"))


def expected(rows):
    """Headline figures by plain pandas: nothing of the project is used."""
    frame = pd.DataFrame(
        rows, columns=["order", "customer", "course", "amount", "status", "moment"]
    )
    as_of = frame["moment"].max().normalize()
    valid = frame[frame["status"] == "交易成功"].assign(day=lambda f: f["moment"].dt.normalize())
    days = valid.groupby(["customer", "day"], as_index=False)["amount"].sum()
    days = days.sort_values(["customer", "day"])
    first = days.groupby("customer")["day"].transform("min")
    days["nth"] = days.groupby("customer").cumcount() + 1
    second = days[days["nth"] == 2].set_index("customer")["day"]
    people = pd.DataFrame({"first": days.groupby("customer")["day"].min()})
    people["gap"] = (second - people["first"]).dt.days
    people["last"] = days.groupby("customer")["day"].max()
    people["purchases"] = days.groupby("customer").size()
    people["revenue"] = days.groupby("customer")["amount"].sum()
    eligible = people[people["first"] <= as_of - pd.Timedelta(days=90)]
    months = (days["day"].dt.year - first.dt.year) * 12 + days["day"].dt.month - first.dt.month
    cells = days.assign(cohort=first.dt.to_period("M").astype(str), k=months)
    return {
        "as_of": as_of,
        "people": people,
        "orders": len(frame),
        "valid_orders": len(valid),
        "revenue": valid["amount"].sum(),
        "rate_90": ((eligible["gap"] <= 90).sum(), len(eligible)),
        "triangle": cells.groupby(["cohort", "k"])["customer"].nunique(),
    }
