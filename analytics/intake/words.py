"""What the words in a cell mean: statuses and kinds of orders, directions of money, events."""

from collections.abc import Mapping

from analytics.quoting import literal


def _by_word(meanings: Mapping[str, str]) -> dict[str, str]:
    """Turn meaning → "word | word" (lower case) into word → meaning."""
    return {
        word.strip(): meaning for meaning, words in meanings.items() for word in words.split("|")
    }


STATUSES = _by_word(
    {
        "sale": """
            paid | completed | complete | charged | charge | success | succeeded
            | successful | shipped | fulfilled | payment | processed | sale | sold
            | delivered | processing | active | ok | captured | settled | finished
            | closed won | yes | true | payment complete | partially_fulfilled | in transit
            | received | ready | 交易成功 | 交易完成 | 支付成功 | 已收货 | 已转账 | 交易
            | 已完成 | 完成 | 已支付 | 已付款 | 买家已付款,等待卖家发货
            | 买家已付款，等待卖家发货 | 买家已付款 | 卖家已发货,等待买家确认
            | 卖家已发货，等待买家确认 | 卖家已发货 | 等待确认收货 | 等待卖家发货 | 已发货
            | 待发货 | 待收货 | 已收钱 | 已到账 | 已存入零钱 | 朋友已收钱 | 对方已收钱
            | 成功 | 已签收 | 已成交 | 充值成功 | 充值完成 | 订单完成 | 付款成功 | 收款成功
            | 已结束 | 待评价 | 交易結束 | 已完成訂單
        """,
        "pending": """
            pending | authorized | on-hold | on hold | unpaid | draft | open | expired
            | pending payment | awaiting payment | incomplete | unshipped
            | requires_payment_method | uncaptured | past_due | past due | 等待买家付款
            | 待付款 | 待支付 | 未付款 | 未支付 | 等待付款 | 货到付款 | 待确认 | 处理中
            | 待付定金
        """,
        "refunded": """
            refunded | refund | fully refunded | charged back | chargeback | returned
            | reversed | 退款 | 退款成功 | 已全额退款 | 全额退款 | 已退款 | 退货退款
            | 退款完成 | 已退货 | 对方已退还
        """,
        "partially_refunded": """
            partially_refunded | partially refunded | partial refund | partial_refund
            | 部分退款 | 部分退款成功 | 已部分退款
        """,
        "cancelled": """
            voided | cancelled | canceled | failed | closed | declined | denied | void
            | error | rejected | blocked | no | false | abandoned | cancelled by buyer
            | 交易关闭 | 已取消 | 取消 | 已关闭 | 关闭 | 交易取消 | 支付失败 | 失败
            | 订单关闭 | 付款失败 | 已撤销 | 交易關閉 | 无效
        """,
        "test": """
            test | sandbox | 测试
        """,
        "not_a_sale": """
            fee | vat | marketing | google fee | non-amazon | payout | transfer | withdrawal
            | adjustment | 不计收支 | 提现已到账 | 提现
        """,
    }
)

REFUND_STATUSES = _by_word(
    {
        "refunded": """
            退款成功 | 全额退款 | 已全额退款 | 已退款 | 全额退款成功 | 退款完成
            | 退货退款成功 | refunded | full | fully refunded | success
        """,
        "partially_refunded": """
            部分退款 | 部分退款成功 | 已部分退款 | partially refunded | partially_refunded
            | partial
        """,
    }
)

KINDS = _by_word(
    {
        "one-off": """
            one-off | one off | oneoff | one-time | one time | onetime | single | order
            | purchase | manual | payment | 一次性 | 单次 | 单购 | 普通订单 | 单品 | 购买
        """,
        "subscription": """
            subscription | subscription creation | subscription_create | new subscription
            | signup | subscribe | first | 订阅 | 新订阅 | 首购 | 首次订阅 | 开通 | 首次开通
            | 开通会员
        """,
        "renewal": """
            renewal | renew | subscription update | subscription_cycle | subscription cycle
            | subscription_update | recurring | rebill | 续费 | 自动续费 | 续订 | 连续包月
        """,
        "instalment": """
            instalment | installment | payment plan | payment_plan | 分期 | 分期付款 | 尾款
        """,
    }
)

EVENTS = _by_word(
    {
        "view": """
            view | views | page_view | pageview | page view | pv | item_view | view_item
            | product_view | impression | browse | 浏览 | 查看 | 曝光 | 访问 | 浏览课程 | 看
            | 浏覽
        """,
        "click": """
            click | clicks | tap | select_item | 点击 | 點擊
        """,
        "start": """
            start | started | begin | play | course_start | start_course | enrol | enroll
            | 开始 | 开始学习 | 播放 | 开课 | 学习 | 开始观看 | 試聽 | 试听
        """,
        "progress": """
            progress | watch | heartbeat | 进度 | 学习进度 | 观看 | 學習進度
        """,
        "finish": """
            finish | finished | complete | completed | course_complete | 完成 | 完课 | 学完
            | 看完 | 完成学习
        """,
        "comment": """
            comment | comments | review | 评论 | 留言 | 评价 | 評論
        """,
        "like": """
            like | likes | thumb_up | upvote | 点赞 | 赞 | 喜欢 | 點讚
        """,
        "share": """
            share | shares | 分享 | 转发
        """,
        "cart": """
            cart | add_to_cart | add to cart | addtocart | cart_add | 加购 | 加入购物车
            | 加购物车
        """,
        "purchase": """
            purchase | buy | order | pay | paid | checkout_complete | 购买 | 下单 | 支付
            | 付款 | 成交
        """,
    }
)

INCOME_WORDS = ("收入", "income", "in", "credit", "已收入", "收")
_UNKNOWN_DIRECTION_IS_NO_SALE = "not_a_sale"


def word_sql(text: str, meanings: Mapping[str, str]) -> str:
    """SQL of what a cleaned word means, null where it is unknown or absent.

    Parameters
    ----------
    text
        Quoted name of a column.
    meanings
        Word (lower case) to meaning.
    """
    by_meaning: dict[str, list[str]] = {}
    for word, meaning in meanings.items():
        by_meaning.setdefault(meaning, []).append(literal(word))
    whens = " ".join(
        f"WHEN lower({text}) IN ({', '.join(words)}) THEN {literal(meaning)}"
        for meaning, words in by_meaning.items()
    )
    return f"CASE {whens} END"


def status_sql(text: str) -> str:
    """SQL of the order status that a word means; an unknown word is a sale, which is reported.

    A refund noted behind the word, as in 已退款(￥5.00), makes it a partial refund.
    """
    return (
        f"CASE WHEN {text} IS NULL THEN NULL "
        f"WHEN regexp_matches({text}, '^已退款\\s*[(（]') THEN 'partially_refunded' "
        f"ELSE coalesce({word_sql(text, STATUSES)}, 'sale') END"
    )


def direction_sql(direction: str, status: str) -> str:
    """SQL of the status of a row of a personal bill: only money that came in is a sale."""
    words = ", ".join(literal(word) for word in INCOME_WORDS)
    return (
        f"CASE WHEN lower({direction}) IN ({words}) THEN {status} "
        f"ELSE '{_UNKNOWN_DIRECTION_IS_NO_SALE}' END"
    )
