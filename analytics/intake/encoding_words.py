"""Words and characters that exports are full of, by encoding: witnesses of how bytes are meant."""

_WORDS = {
    "gb18030": """
        订单 时间 金额 买家 商品 用户 状态 支付 编号 会员 数量 价格 客户 姓名 手机 邮箱 日期
        名称 课程 交易 退款 付款 下单 电话 地址 备注 类型 分类 渠道 来源 合计 成功 完成 实付
        单价 学员 昵称 导出 账单 店铺 优惠
    """,
    "big5": """
        訂單 時間 金額 買家 商品 用戶 狀態 支付 編號 會員 數量 價格 客戶 姓名 手機 電郵 信箱
        日期 名稱 課程 交易 退款 付款 電話 地址 備註 類型 分類 來源 合計 完成 單價 學員 總額
        顧客 發票 電子郵件
    """,
    "cp932": """
        注文 金額 日付 顧客 商品 数量 価格 単価 合計 会員 氏名 電話 番号 受注 購入 日時 状態
        支払 決済 メール 名前 住所 売上 税込 送料 備考 コース 講座 円 割引 返金 完了
        ステータス
    """,
    "cp949": """
        주문 고객 금액 상품 날짜 결제 이메일 이름 수량 상태 가격 회원 번호 전화 일시 완료 환불
        취소 배송 강의 합계 주소 구매
    """,
    "cp1251": """
        заказ клиент дата сумма товар имя статус количество цена оплат телефон почта
        покупатель номер итого доставк курс адрес название
    """,
    "cp1250": """
        zákazník objednávk částka množství platb měna jméno příjmení zamówieni ilość płatnoś
        imię wartość użytkownik zaplacen zrušen megrendelés összeg vevő név mennyiség fizetés
        količina plačilo naročil množstvo dátum kupující číslo údaje opłacon
    """,
    "cp1252": """
        währung stück größe münchen straße für über numéro méthode prénom créé téléphone
        quantité adresse catégorie número teléfono dirección cantidad código descripción año
        endereço preço situação não são josé müller jürgen garcía lópez martín björn françois
    """,
}
WORDS = {name: tuple(words.split()) for name, words in _WORDS.items()}
# The characters that fill most of any text; what is decoded wrongly is full of rare ones.
FREQUENT: dict[str, frozenset[str]] = {
    "gb18030": frozenset(
        "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对"
        "可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面"
        "公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情"
        "部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北"
        "少关并内加化由却代军产入先山五太水万市号元张王李陈刘杨赵黄周吴店件付款额量价品单户购"
    ),
    "big5": frozenset(
        "的一是不了人我在有他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對"
        "可她裡後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面"
        "公同三已老從動兩長知民樣現分將外但身些與高意進把法此實回二理美點月明其種聲全工己話兒者向情"
        "部正名定女問力機給等幾很業最間新什打便位因重被走電四第門相次東政海口使教西再平真聽世氣信北"
        "少關並內加化由卻代軍產入先山五太水萬市號元張王李陳劉楊趙黃周吳店件付款額量價品單戶購"
    ),
    "cp932": frozenset(
        "日本人大年会国中出事者社地業方新場部行同自生学月後間東見時分前上家政内手今高先理小何発円物"
        "力山田金目気話文代心数通定入品度都当名知要用書体不電回全主教動化成重外員意野最少作合公長産"
        "的利特性米情川郎村子橋口井佐藤鈴木高橋中村"
    ),
    "cp949": frozenset(
        "이다는에을가의고하지로기한도사리를은자어나인해시스대서그일정과아수장원부주보전상생제들공소개"
        "비있였으게만트니적김안조오동신무경성구화유용최박강"
    ),
    "cp1251": frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    "cp1250": frozenset("áéíóúýčďěňřšťůžąćęłńóśźżőűöüâăîșțđ"),
    "cp1252": frozenset("äöüßéèêëàâçîïôùûñáíóúãõåæø£×€°’‘“”–—…®™©«»¿¡ºª§½¼²³"),
}
WORDS["euc_jp"], FREQUENT["euc_jp"] = WORDS["cp932"], FREQUENT["cp932"]
