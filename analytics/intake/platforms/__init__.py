"""Known exports, one file each; a new one is a new file and a name here."""

from analytics.intake.platforms.alipay import ALIPAY_PERSONAL
from analytics.intake.platforms.shopify import SHOPIFY_CUSTOMERS, SHOPIFY_ORDERS
from analytics.intake.platforms.stripe import STRIPE_PAYMENTS
from analytics.intake.platforms.taobao import TAOBAO_ORDERS
from analytics.intake.platforms.wechat import WECHAT_PERSONAL
from analytics.intake.platforms.youzan import YOUZAN_ORDERS

PLATFORMS = (
    ALIPAY_PERSONAL,
    SHOPIFY_CUSTOMERS,
    SHOPIFY_ORDERS,
    STRIPE_PAYMENTS,
    TAOBAO_ORDERS,
    WECHAT_PERSONAL,
    YOUZAN_ORDERS,
)

__all__ = ["PLATFORMS"]
