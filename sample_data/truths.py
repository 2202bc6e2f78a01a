"""What is planted in the sample shop: the one place where its true values stand.

The generator reads them from here, the tests look for them in the files, and README.md says them in
words. Rates are shares (0.12 is 12 percentage points), money is CNY, days are local days of
Asia/Shanghai.
"""

from datetime import date

SEED = 20240702
START = date(2024, 7, 1)
N_DAYS = 730  # the last one is 2026-06-30
N_CUSTOMERS = 8_000
BUYER_SHARE = 0.9
CURRENCY = "CNY"

# Repurchase: P(bought again within 90 days) is a plain sum of these.
HORIZON = 90
BASE_RATES = (0.31, 0.46, 0.56)  # after the first, the second, every later purchase
LATE_RETURN = 0.25  # of those who stay away for 90 days, the share that returns later
CHANNELS = {
    "organic": 0.22,
    "wechat": 0.24,
    "search": 0.16,
    "referral": 0.14,
    "short-video": 0.24,
}
WORSE_CHANNEL, CHANNEL_EFFECT = "short-video", -0.13
GATEWAY_ITEM, GATEWAY_EFFECT, GATEWAY_BOOST = "C003", 0.18, 4.0
BEST_SELLER = "C040"  # sells most as a first course and changes nothing
COMPLETION_RATE, COMPLETION_EFFECT, COMPLETION_DAYS = 0.35, 0.12, 28
ONBOARDING_DAY, ONBOARDING_EFFECT = date(2025, 10, 1), 0.08

# New customers: months grow by a constant share, a few months stand out.
MONTHLY_GROWTH = 0.03
SEASON = {1: 1.25, 2: 0.70, 6: 1.35, 9: 1.15, 11: 1.60}
WEEKEND_FACTOR = 1.25

# Taste: a share of all course purchases stays inside the two or three categories of one's cluster,
# and in one's own language.
INSIDE_SHARE = 0.88
OTHER_LANGUAGE = 0.12  # weight of a course in the other language
CLUSTERS = {
    "builders": (0.22, ("编程 Programming", "数据与AI Data & AI", "产品设计 Product & Design")),
    "managers": (0.17, ("管理 Management", "市场营销 Marketing")),
    "investors": (0.15, ("理财 Personal Finance", "管理 Management")),
    "speakers": (0.17, ("英语 English", "写作 Writing")),
    "families": (0.16, ("亲子教育 Parenting", "健康 Health & Fitness", "心理 Psychology")),
    "readers": (0.13, ("人文历史 Humanities", "心理 Psychology", "写作 Writing")),
}
CATEGORY_WEIGHTS = (0.5, 0.3, 0.2)  # first, second, third category of a cluster
SEQUELS = {"C003": "C007", "C014": "C019", "C055": "C058", "C068": "C073", "C127": "C131"}
SEQUEL_SHARE = 0.45  # of those who buy again, the share that takes the second part next

# Price of a typical course in each category; other content is priced in proportion to it.
PRICES = {
    "编程 Programming": 199,
    "数据与AI Data & AI": 299,
    "产品设计 Product & Design": 169,
    "管理 Management": 259,
    "市场营销 Marketing": 149,
    "理财 Personal Finance": 229,
    "英语 English": 129,
    "写作 Writing": 89,
    "心理 Psychology": 109,
    "亲子教育 Parenting": 79,
    "健康 Health & Fitness": 69,
    "人文历史 Humanities": 59,
}
CONTENT_FACTORS = {"course": 1.0, "column": 0.6, "live": 1.4, "e-book": 0.3, "article": 0.1}

# Membership: charged on the same day of every month; a renewal is revenue, never a repurchase.
MEMBERSHIP_SHARE = 0.10  # of purchases by customers who never were members
PLANS = {"monthly": 39, "monthly-plus": 69, "annual": 399}
MONTHLY_RENEWAL, ANNUAL_RENEWAL = 0.88, 0.60
UPGRADE_RATE = 0.02  # of monthly renewals, the share that moves to monthly-plus
PAYMENT_FAILED_SHARE = 0.25  # of those who do not renew

# Campaign: drawn at random among customers silent for 90 days.
CAMPAIGN_DAY, CAMPAIGN_WINDOW, CAMPAIGN_UPLIFT = date(2026, 3, 16), 30, 0.06
CAMPAIGN_HOLDOUT = 0.3

# Ratings: what lies in one's own categories is liked better.
RATING_SHARE, RATING_EFFECT = 0.45, 0.6
