"""What column headers mean: the dictionary of English, Chinese and a few translated names.

Names are parted by `|`; `>` starts the next rank. Names of one rank are equally good, so that two
of them in one file are a tie that the user has to break; an earlier rank wins over a later one.
"""

import re
import unicodedata

Ranks = tuple[tuple[str, ...], ...]

_BRACKETED = re.compile(r"\((?:元|rmb|cny|usd|eur|gbp|\$|€|£|¥|utc|utc timezone)\)")
_SEPARATORS = re.compile(r"[\s_\-.:'’\"“”*/`]+")

_CUSTOMER = {
    "customer_id": """
        customer id | customerid | cust id | client id | 用户id | 客户id | 会员id | 顾客id
        | 买家id
        > user id | userid | uid | member id | buyer id | buyer user id | shopper id
        | household id | household key | account id | student id | learner id | subscriber id
        | visitor id | 用户编号 | 客户编号 | 会员编号 | 客户号 | 会员号 | 学员id | 学员编号
        | 学号 | 买家会员名 | 用户标识 | openid | unionid
        > customer reference id | distinct id | user pseudo id | account code | customer key
        | customer no | customer number | customer code | 下单账号 | 用户账号 | 买家账号 | 账号
        | 對方帳戶
        > user | customer | buyer | member | client | account | 买家 | 用户 | 客户 | 会员 | 顾客
        | 学员 | 會員 | 用戶 | 買家 | 对方账户
    """,
    "email": """
        email | e mail | email address | customer email | buyer email | user email | 邮箱
        | 电子邮箱 | 用户邮箱 | 客户邮箱 | 买家邮箱
        > purchase email | billing email | from email address | absender e mail adresse
        | del adresse email | de l adresse email | contact email | 电子邮件
    """,
    "phone": """
        phone | phone number | mobile | mobile phone | telephone | 手机号 | 手机 | 手机号码
        | 电话 | 联系电话 | 联系手机 | 买家手机号 | 客户手机号 | 账户绑定手机号 | 收货人手机号
        > billing phone | shipping phone | customer phone | 收货人联系电话 | 最近采集手机号
    """,
    "customer_name": """
        customer name | buyer name | user name | username | full name | display name | nickname
        | 客户姓名 | 用户姓名 | 姓名 | 昵称 | 买家昵称 | 用户昵称 | 会员名 | 用户名 | 客户名称
        | 学员姓名
        > billing name | shipping name | name | 收货人 | 收货人姓名 | 交易对方
    """,
}
_ITEM = {
    "item_id": """
        item id | product id | sku | lineitem sku | sku id | course id | content id | goods id
        | movie id | isbn | asin | stock code | 商品id | 课程id | 内容id | 专栏id | 物品id
        > product code | item code | product sku | listing id | article id | book id | offer id
        | post id | 商品编号 | 课程编号 | 商品编码 | 商家编码 | 货号 | 宝贝id
    """,
    "item_name": """
        item name | product name | lineitem name | course name | product title | item title
        | 商品名称 | 商品名 | 课程名称 | 课程名 | 宝贝标题 | 全部商品名称 | 内容名称 | 课程标题
        > title | offer title | event title | goods name | 商品标题 | 订单标题 | 商品 | 商品说明
        | 课程 | 标题 | 专栏名称
        > description | name | item | product | course | 名称 | 商品信息 | items | products
    """,
    "category": """
        category | item category | product category | course category | genre | genres | 类目
        | 商品类目 | 分类 | 商品分类 | 课程分类 | 品类 | 类别
        > product type | department | vendor | subject | topic | 所属分类 | 专区
        > type | 交易分类 | 业务类型
    """,
}
_ORDER_LINES = {
    "content_type": """
        content type | item type | product type | course type | 内容类型 | 课程类型 | 商品类型
    """,
    "order_id": """
        order id | order number | order no | order # | orderid | 订单号 | 订单编号 | 主订单编号
        | 订单id | 訂單編號 | 訂單號
        > invoice no | invoice number | invoice id | invoice | transaction id | basket id
        | purchase id | sale id | receipt id | 交易订单号 | 交易单号 | 商户订单号 | 订单流水号
        | transaktionscode | n° de transaction | payment id | order | bill no | 单号
    """,
    "ordered_at": """
        ordered at
        > paid at | date paid | payment time | payment date | 付款时间 | 支付时间 | 买家付款时间
        | 订单付款时间 | 付款日期 | 付款時間 | 支付日期
        > order date | order time | order datetime | 下单时间 | 订单时间 | 下單時間 | 訂單時間
        | 下单日期 | 订单日期 | 訂單日期 | purchase date | purchase time | purchased at
        | sale date | invoice date | transaction date | transaction time
        | transaction timestamp | order charged date | 购买时间 | 购买日期 | 交易时间 | 成交时间
        | 订单成交时间
        > created at | created | created date | create time | order created at | creation date
        | 订单创建时间 | 创建时间 | 交易创建时间 | date created
        > date | timestamp | time | datetime | 日期 | 时间 | 完成时间 | 交易成功时间 | 時間
        | datum
    """,
    "created_at": """
        created at | order created at | 订单创建时间 | 创建时间 | 交易创建时间 | created date
        | date created
        > order date | order time | 下单时间 | 订单时间 | 下单日期 | 订单日期
    """,
    "time_of_day": "time | heure | uhrzeit | 时刻",
    "time_zone": "time zone | timezone | fuseau horaire | zeitzone | 时区",
    "quantity": """
        quantity | qty | lineitem quantity | item quantity | 数量 | 购买数量 | 商品数量
        | 宝贝总数量 | 商品件数 | 商品数量(件) | 數量
        > units | items sold | count | pieces | number of items | number of units
        | number of cds | 件数 | 销量 | 份数
    """,
    "price": """
        unit price | price | item price | lineitem price | price per unit | 单价 | 商品单价
        | 售价 | 价格 | 商品价格 | 單價
    """,
    "amount": """
        amount | line total | line amount | item total | line item total | amount paid
        | paid amount | 金额 | 实付金额 | 支付金额 | 付款金额 | 成交金额 | 实付 | 行金额
        | 實付金額
        > net sales | gross sales | sales | revenue | sales value | dollar value | value
        | sale price | subtotal | charged amount | sale amount | payment amount | 商品金额
        | 销售额 | 商家实收金额 | 商家实收 | 消费金额 | 交易金额 | 金額 | betrag
        > gross | net | brut | brutto
        > price paid | spend | spent | cost | 应付金额 | 小计
    """,
    "discount": """
        lineitem discount | discount | discount amount | item discount | 优惠金额 | 折扣 | 优惠
    """,
    "order_total": """
        order total | total | order amount | total amount | grand total | total price | 订单总额
        | 订单金额 | 订单实付金额 | 订单总金额 | 总金额 | 买家实际支付金额 | 实付总额 | 合计
        | 總金額 | 訂單金額 | 总价 | 应结订单金额 | total paid
    """,
    "refunded_amount": """
        refunded amount | refund amount | amount refunded | refund | refunds | 退款金额 | 退款
        | 已退款金额 | 退款金額 | total refunded
        > partial refund
    """,
    "order_refunded": """
        order refunded | order refund | 订单已退款金额 | 订单退款金额
    """,
    "currency": """
        currency | currency code | order currency | 币种 | 货币 | 货币种类 | währung | devise
        | 幣別
    """,
    "status": """
        status | order status | payment status | financial status | 订单状态 | 交易状态 | 状态
        | 当前状态 | 支付状态 | 訂單狀態 | 狀態
        > event type | transaction status | refunded?
    """,
    "refund_status": "refund status | 售后状态 | 订单退款状态 | 退款状态",
    "direction": "收/支 | 收支 | 收/支类型 | 资金流向 | 收付类型",
    "paid_at": """
        paid at | date paid | 付款时间 | 支付时间 | 买家付款时间 | 订单付款时间 | 付款時間
    """,
    "kind": """
        kind | order kind | order type | billing reason | payment type | 购买类型 | 订单类型
        | 订单种类
    """,
    "channel": """
        channel | source | sales channel | utm source | 渠道 | 来源 | 订单来源 | 推广渠道
        | 渠道来源
        > source name | medium | 销售渠道 | 流量来源
    """,
    "coupon": """
        coupon | coupon code | discount code | promo code | voucher | 优惠券 | 优惠码 | 优惠券码
    """,
}
_EVENTS = {
    "event": """
        event | event name | event type | action | behavior | behaviour | behavior type
        | action type | 行为 | 行为类型 | 事件 | 事件名称 | 动作 | 操作 | 事件类型 | user action
        > activity | type | verb
    """,
    "occurred_at": """
        occurred at | event time | event timestamp | timestamp | event date | 时间 | 行为时间
        | 事件时间 | 发生时间 | 操作时间 | 访问时间
        > time | datetime | date | created at | created | action time | start time | 日期
        | server time
    """,
    "time_of_day": "heure | uhrzeit | 时刻",
    "time_zone": "time zone | timezone | 时区",
    "item_id": """
        item id | product id | sku | lineitem sku | sku id | course id | content id | goods id
        | movie id | isbn | asin | stock code | 商品id | 课程id | 内容id | 专栏id | 物品id
        > product code | item code | product sku | listing id | article id | book id | offer id
        | post id | 商品编号 | 课程编号 | 商品编码 | 商家编码 | 货号 | 宝贝id
        > target id | object id | page id | 对象id
        > item | product | course | movie | 商品 | 课程
    """,
    "duration_s": """
        duration s | duration | duration seconds | dwell | dwell time | dwell s | watch time
        | watch seconds | seconds | 时长 | 停留时长 | 观看时长 | 学习时长 | 停留时间 | 时长(秒)
        | 停留时长(秒)
    """,
    "progress": """
        progress | completion | percent complete | progress percent | 进度 | 学习进度 | 完成度
        | 观看进度
    """,
    "session_id": "session id | session | visit id | 会话id | 会话",
    "properties": """
        properties | event properties | params | event params | 属性 | 参数 | 扩展信息
    """,
}
_CUSTOMERS = {
    "signed_up_at": """
        signed up at | signup date | sign up date | signup at | registered at
        | registration date | register time | join date | joined at | created at | 注册时间
        | 注册日期 | 加入时间 | 首次进入时间 | 创建时间 | 入会时间 | registered | member since
        > created | created date | optin time | subscription date | first seen | first visit
        | confirm time
    """,
    "channel": """
        channel | acquisition channel | source | utm source | signup channel | 渠道 | 来源
        | 注册渠道 | 来源渠道 | 获客渠道
        > referrer | medium | campaign
    """,
    "country": """
        country | country code | billing country | 国家 | 国家/地区
        | default address country code | cc
    """,
    "city": """
        city | town | 城市 | 所在城市 | 所在地 | default address city
    """,
    "gender": "gender | sex | 性别",
    "age": "age | 年龄",
}
_ITEMS = {
    "item_id": _ITEM["item_id"] + "> id",
    "item_name": _ITEM["item_name"],
    "content_type": """
        content type | item type | product type | course type | type | format | 内容类型
        | 课程类型 | 商品类型 | 类型
    """,
    "category": """
        category | item category | product category | course category | genre | genres | 类目
        | 商品类目 | 分类 | 商品分类 | 课程分类 | 品类 | 类别
        > department | vendor | subject | topic | 分类名称 | group
    """,
    "tags": "tags | tag | keywords | labels | 标签 | 关键词",
    "price": """
        price | list price | unit price | 售价 | 价格 | 单价 | 原价 | 现价
    """,
    "teacher": """
        teacher | instructor | author | lecturer | creator | brand | 讲师 | 老师 | 作者 | 主讲人
        | 授课老师
    """,
    "published_at": """
        published at | publish date | release date | published | published date | created at
        | 上架时间 | 发布时间 | 上线时间 | 出版日期 | 上架日期 | post date | launched at
    """,
    "description": """
        description | summary | subtitle | intro | 简介 | 描述 | 课程简介 | 商品描述
    """,
}
_RATINGS = {
    "item_id": """
        item id | product id | sku | lineitem sku | sku id | course id | content id | goods id
        | movie id | isbn | asin | stock code | 商品id | 课程id | 内容id | 专栏id | 物品id
        > product code | item code | product sku | listing id | article id | book id | offer id
        | post id | 商品编号 | 课程编号 | 商品编码 | 商家编码 | 货号 | 宝贝id
        > item name | product name | title
        > item | product | course | movie | 商品 | 课程
    """,
    "rating": """
        rating | score | stars | star rating | rate | 评分 | 打分 | 星级 | 评价分数 | 得分
    """,
    "rated_at": """
        rated at | timestamp | rating time | rating date | date | time | created at | 评分时间
        | 评价时间 | 时间 | 日期
    """,
}
_SUBSCRIPTIONS = {
    "started_at": """
        started at | start date | start | start time | subscription start | subscribed at
        | current period start | 开始时间 | 开通时间 | 订阅时间 | 开始日期 | 开通日期 | 生效时间
        > created | created at | created date | activated at | patronage since date | 创建时间
    """,
    "plan": """
        plan | plan name | plan code | tier | product | current plan | 套餐 | 订阅套餐
        | 会员类型 | 会员等级 | 会员套餐 | 方案
    """,
    "amount": """
        amount | mrr | price | plan amount | pledge | pledge amount | unit amount | 金额 | 价格
        | 月费 | 订阅金额 | 实付金额
    """,
    "currency": "currency | 币种 | 货币",
    "interval": """
        interval | billing interval | billing period | period | 周期 | 计费周期 | 付费周期
        | 续费周期 | 订阅周期
    """,
    "trial_ends_at": """
        trial ends at | trial end | trial end date | trial ends on | trial end at | 试用结束时间
        | 试用到期
    """,
    "canceled_at": """
        canceled at | cancelled at | canceled on | cancelled on | cancel date
        | cancellation date | 取消时间 | 退订时间 | 取消日期 | 取消订阅时间
    """,
    "ended_at": """
        ended at | end date | expires at | expiry | expiration date | ended | end
        | current period end | 结束时间 | 到期时间 | 到期日期 | 结束日期 | 过期时间
    """,
    "reason": """
        reason | cancel reason | cancellation reason | churn reason | 取消原因 | 退订原因
        | 流失原因
    """,
}

_WORDS = {
    "order_lines": {**_CUSTOMER, **_ORDER_LINES, **_ITEM},
    "events": {**_CUSTOMER, **_EVENTS},
    "customers": {**_CUSTOMER, **_CUSTOMERS},
    "items": _ITEMS,
    "ratings": {**_CUSTOMER, **_RATINGS},
    "subscriptions": {**_CUSTOMER, **_SUBSCRIPTIONS},
}


def normalise_header(name: str) -> str:
    """Reduce a header to what two spellings of it share.

    Full-width characters, case, blanks, separators, and a unit of money or zone in brackets do not
    count.

    >>> [normalise_header(name) for name in ("Customer ID", "CustomerID", "customer_id")]
    ['customerid', 'customerid', 'customerid']
    >>> normalise_header("订单金额（元）"), normalise_header("Created date (UTC)")
    ('订单金额', 'createddate')
    """
    text = unicodedata.normalize("NFKC", name).strip().lower()
    return _SEPARATORS.sub("", _BRACKETED.sub("", text)) or _SEPARATORS.sub("", text)


def _ranks(words: str) -> Ranks:
    return tuple(
        tuple(normalise_header(name) for name in rank.split("|")) for rank in words.split(">")
    )


FIELDS: dict[str, dict[str, Ranks]] = {
    table: {field: _ranks(words) for field, words in fields.items()}
    for table, fields in _WORDS.items()
}
KNOWN_HEADERS = frozenset(
    name
    for fields in FIELDS.values()
    for ranks in fields.values()
    for rank in ranks
    for name in rank
)


def mappable_fields(table: str) -> tuple[str, ...]:
    """Names of the fields that a column may be mapped to, some of which only help to fill others.

    >>> mappable_fields("ratings")
    ('customer_id', 'email', 'phone', 'customer_name', 'item_id', 'rating', 'rated_at')
    """
    return tuple(FIELDS[table])
