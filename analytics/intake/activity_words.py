"""What the words about items, events and subscriptions mean: content types, actions, intervals."""

import re

from analytics.intake.words import by_word, word_key

CONTENT_TYPES = by_word(
    {
        "course": """
            course | courses | online course | video course | class | lesson | module | curriculum
            | product course | 课程 | 课 | 视频课 | 系列课 | 单课 | 精品课 | 大课 | 小班课 | 課程
            | 録画講座 | 講座 | コース | kurs | cours | formation | curso
        """,
        "column": "column | columns | series | 专栏 | 專欄 | 大专栏 | 系列 | コラム",
        "ebook": """
            ebook | e book | book | books | epub | pdf | workbook | digital book | 电子书 | 电子图书
            | 图书 | 书 | 書籍 | 電子書 | 電子書籍 | 本 | e buch | livre | livre numérique | libro
            | livro
        """,
        "article": """
            article | articles | post | text | image text | blog | newsletter | essay | 文章 | 图文
            | 圖文 | 记事 | 記事 | artikel | artículo | artigo
        """,
        "live": """
            live | livestream | live stream | webinar | live class | live session | live course
            | 直播 | 直播课 | 直播间 | 直播課 | ライブ | ライブ配信 | en direct | en vivo | ao vivo
        """,
        "membership": """
            membership | member | vip | subscription | subscriptions | plan | tier | community
            | 会员 | 会员卡 | 超级会员 | 會員 | 年卡 | 月卡 | 会员权益 | 圈子 | 社群 | 会員
            | mitgliedschaft | abo | abonnement | adhésion | membresía | suscripción | assinatura
        """,
        "camp": """
            camp | bootcamp | boot camp | training camp | cohort | challenge | workshop | 训练营
            | 打卡 | 集训营 | 訓練營 | 特训营 | 研修
        """,
        "audio": """
            audio | podcast | audiobook | audio book | mp3 | 音频 | 音頻 | 有声书 | 听书 | 電台
            | オーディオ | 音声 | hörbuch | livre audio
        """,
        "video": """
            video | videos | mp4 | movie | film | 视频 | 短视频 | 影片 | 視頻 | 動画 | vidéo | vídeo
        """,
    }
)  # fmt: skip

EVENTS = by_word(
    {
        "view": """
            view | views | page view | pageview | pv | item view | view item | product view
            | screen view | screen | impression | browse | visit | pageviewed | page viewed
            | view content | viewcontent | content view | view item list | view promotion
            | screen viewed | page entered | detail page view | show | exposure
            | 浏览 | 查看 | 曝光 | 访问 | 浏览课程 | 看 | 浏覽 | 进入 | 进入直播间 | 进入详情页
            | attended | present | signed in | checked in | check in | attendance | late | 出席
            | 已签到 | 签到 | 到课 | anwesend | présent | asistió | presente | присутствовал
            | 访问页面 | 浏览商品 | 浏览详情页 | 查看详情 | 商品浏览 | 瀏覽 | 閲覧
        """,
        "click": """
            click | clicks | tap | select item | select content | autocapture | element clicked
            | button clicked | link clicked | clicked | open | press | 点击 | 點擊 | 点击按钮
            | クリック
        """,
        "start": """
            start | started | begin | play | course start | start course | enrol | enroll
            | enrolled | video start | video started | video play | played | lesson start
            | content started | watch start | 开始 | 开始学习 | 播放 | 开课 | 学习 | 开始观看
            | 試聽 | 试听 | 加入学习 | 进入学习 | 开始播放 | 視聴開始 | 再生
        """,
        "progress": """
            progress | watch | heartbeat | video progress | watching | listen | read | reading
            | lesson progress | 进度 | 学习进度 | 观看 | 學習進度 | 观看直播 | 收听 | 阅读 | 看直播
            | 視聴
        """,
        "finish": """
            finish | finished | complete | completed | course complete | video complete
            | video completed | lesson complete | course completed | watch complete | graduated
            | 完成 | 完课 | 学完 | 看完 | 完成学习 | 播放完成 | 听完 | 读完 | 結束 | 毕业
            | 完播 | 完了
        """,
        "comment": """
            comment | comments | review | commented | reply | post comment | write review
            | submit review | 评论 | 留言 | 评价 | 評論 | 发言 | 提问 | 回复 | 发表评论 | コメント
        """,
        "like": """
            like | likes | liked | thumb up | upvote | favorite | favourite | add to wishlist
            | wishlist | collect | fav | bookmark | 点赞 | 赞 | 喜欢 | 點讚 | 收藏 | いいね
        """,
        "share": "share | shares | shared | invite | forward | 分享 | 转发 | 轉發 | 邀请 | シェア",
        "cart": """
            cart | add to cart | addtocart | cart add | added to cart | begin checkout
            | checkout started | initiate checkout | initiatecheckout | product added
            | add to basket | 加购 | 加入购物车 | 加购物车 | 加入購物車 | カート追加
        """,
        "purchase": """
            purchase | purchases | purchased | buy | order | pay | paid | checkout complete
            | order completed | checkout completed | order placed | transaction | payment
            | payment succeeded | in app purchase | ecommerce purchase | place order
            | complete purchase | order paid | charge | 购买 | 下单 | 支付 | 付款 | 成交 | 购买课程
            | 支付成功 | 购买成功 | 付款成功 | 下单成功 | 購買 | 購入
        """,
    }
)

_OBJECTS = {"product", "item", "course", "lesson", "page", "content", "video", "article", "book",
            "chapter", "class", "lecture", "audio", "podcast", "unit", "module", "webinar", "live",
            "series", "song", "movie", "episode"}  # fmt: skip
_VERBS = {
    "view": "view viewed views visited visit opened impression shown seen",
    "click": "click clicked tapped selected",
    "start": "start started begin began play played enrolled enrol enroll joined",
    "progress": "progress progressed watched watching listened reading paused resumed",
    "finish": "complete completed finish finished ended passed",
    "comment": "commented comment reviewed",
    "like": "liked like favorited favourited bookmarked saved",
    "share": "shared share",
    "cart": "added",
    "purchase": "purchased bought ordered",
}
_BY_VERB = {verb: event for event, verbs in _VERBS.items() for verb in verbs.split()}
_BARE_VERBS = {verb: event for verb, event in _BY_VERB.items() if event != "cart"}
_MAKER = re.compile(
    r"^(\[[^\]]*\]\s*|\$|mp_|fb_mobile_|\[?amplitude\]?\s+|segment\s+)", re.IGNORECASE
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_UNITS = {
    "day": "day days daily d 日 天 每日 每天 按天 tag täglich jour día dia",
    "week": "week weeks weekly wk w 周 每周 按周 星期 週 woche wöchentlich semaine semana",
    "month": "month months monthly mo m 月 个月 每月 按月 月付 月度 包月 連月 monat monatlich "
    "monate mois mensuel mes meses mensual mês mensal ヶ月 か月 月額",
    "quarter": "quarter quarters quarterly q 季 季度 每季 按季 季付 quartal trimestre trimestriel",
    "year": "year years yearly annual annually y yr 年 每年 按年 年付 年度 包年 jahr jährlich "
    "jahre an ans année annuel año anual ano 年額",
    "lifetime": "lifetime forever permanent once 终身 永久 一次性 終身",
}  # fmt: skip
_BY_UNIT = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_HALF = {"half year": "6 months", "半年": "6 months", "biannual": "6 months",
         "semiannual": "6 months", "biweekly": "2 weeks", "fortnightly": "2 weeks",
         "bimonthly": "2 months", "biennial": "2 years", "每半年": "6 months",
         "semestre": "6 months", "halbjährlich": "6 months", "per year": "year"}  # fmt: skip
_WHOLE = {(12, "month"): "year", (3, "month"): "quarter", (52, "week"): "year", (7, "day"): "week",
          (365, "day"): "year", (30, "day"): "month", (4, "quarter"): "year"}  # fmt: skip
_COUNTED = re.compile(
    r"^(?:every|each|per|alle|tous les|cada|每)?\s*(\d+)?\s*(?:x\s*)?([^\d\s].*?)?$"
)


def content_type_of(word: str) -> str | None:
    """Return the type of content that a word means, None where it is unknown.

    >>> content_type_of("专栏"), content_type_of("E-Book"), content_type_of("gadget")
    ('column', 'ebook', None)
    """
    return CONTENT_TYPES.get(word_key(word))


def event_of(word: str) -> str | None:
    """Return the canonical action that an event's name means, None where it is kept as it is.

    >>> [event_of(name) for name in ("$pageview", "Lesson Completed", "view_item", "Log In")]
    ['view', 'finish', 'view', None]
    """
    bare = _MAKER.sub("", word.strip())
    key = word_key(bare)
    found = EVENTS.get(key) or EVENTS.get(word_key(_CAMEL.sub(" ", bare)))
    if found:
        return found
    parts = set(word_key(_CAMEL.sub(" ", bare)).split())
    if len(parts) == 1:
        return _BARE_VERBS.get(*parts)
    if len(parts) != 2 or not parts & _OBJECTS:  # noqa: PLR2004 - an object and a verb
        return None
    return next((_BY_VERB[part] for part in sorted(parts - _OBJECTS) if part in _BY_VERB), None)


def interval_of(word: str) -> str | None:
    """Return a billing interval in one spelling, None where it is unknown.

    >>> [interval_of(word) for word in ("Monthly", "every 3 months", "年付", "2 weeks")]
    ['month', 'quarter', 'year', '2 weeks']
    """
    key = word_key(word).replace("/", "")
    if key in _HALF:
        return _HALF[key]
    match = _COUNTED.match(key)
    unit = _BY_UNIT.get((match[2] or "").strip()) if match else None
    if not match or not unit:
        return None
    n = int(match[1] or 1)
    if n == 1 or unit == "lifetime":
        return unit
    return _WHOLE.get((n, unit), f"{n} {unit}s")
