"""Known exports, one platform a file; a new one is a new file and a name here."""

from analytics.intake.platforms.alipay import EXPORTS as ALIPAY
from analytics.intake.platforms.amazon import EXPORTS as AMAZON
from analytics.intake.platforms.amplitude import EXPORTS as AMPLITUDE
from analytics.intake.platforms.app_store import EXPORTS as APP_STORE
from analytics.intake.platforms.beehiiv import EXPORTS as BEEHIIV
from analytics.intake.platforms.bigcommerce import EXPORTS as BIGCOMMERCE
from analytics.intake.platforms.chargebee import EXPORTS as CHARGEBEE
from analytics.intake.platforms.etsy import EXPORTS as ETSY
from analytics.intake.platforms.ga4 import EXPORTS as GA4
from analytics.intake.platforms.google_play import EXPORTS as GOOGLE_PLAY
from analytics.intake.platforms.gumroad import EXPORTS as GUMROAD
from analytics.intake.platforms.jingdong import EXPORTS as JINGDONG
from analytics.intake.platforms.kajabi import EXPORTS as KAJABI
from analytics.intake.platforms.magento import EXPORTS as MAGENTO
from analytics.intake.platforms.mailchimp import EXPORTS as MAILCHIMP
from analytics.intake.platforms.meituan import EXPORTS as MEITUAN
from analytics.intake.platforms.mixpanel import EXPORTS as MIXPANEL
from analytics.intake.platforms.patreon import EXPORTS as PATREON
from analytics.intake.platforms.paypal import EXPORTS as PAYPAL
from analytics.intake.platforms.pinduoduo import EXPORTS as PINDUODUO
from analytics.intake.platforms.posthog import EXPORTS as POSTHOG
from analytics.intake.platforms.recurly import EXPORTS as RECURLY
from analytics.intake.platforms.shopify import EXPORTS as SHOPIFY
from analytics.intake.platforms.square import EXPORTS as SQUARE
from analytics.intake.platforms.stripe import EXPORTS as STRIPE
from analytics.intake.platforms.substack import EXPORTS as SUBSTACK
from analytics.intake.platforms.taobao import EXPORTS as TAOBAO
from analytics.intake.platforms.teachable import EXPORTS as TEACHABLE
from analytics.intake.platforms.thinkific import EXPORTS as THINKIFIC
from analytics.intake.platforms.udemy import EXPORTS as UDEMY
from analytics.intake.platforms.wechat import EXPORTS as WECHAT
from analytics.intake.platforms.weidian import EXPORTS as WEIDIAN
from analytics.intake.platforms.woocommerce import EXPORTS as WOOCOMMERCE
from analytics.intake.platforms.xiaoetong import EXPORTS as XIAOETONG
from analytics.intake.platforms.youzan import EXPORTS as YOUZAN

PLATFORMS = (
    *ALIPAY,
    *AMAZON,
    *AMPLITUDE,
    *APP_STORE,
    *BEEHIIV,
    *BIGCOMMERCE,
    *CHARGEBEE,
    *ETSY,
    *GA4,
    *GOOGLE_PLAY,
    *GUMROAD,
    *JINGDONG,
    *KAJABI,
    *MAGENTO,
    *MAILCHIMP,
    *MEITUAN,
    *MIXPANEL,
    *PATREON,
    *PAYPAL,
    *PINDUODUO,
    *POSTHOG,
    *RECURLY,
    *SHOPIFY,
    *SQUARE,
    *STRIPE,
    *SUBSTACK,
    *TAOBAO,
    *TEACHABLE,
    *THINKIFIC,
    *UDEMY,
    *WECHAT,
    *WEIDIAN,
    *WOOCOMMERCE,
    *XIAOETONG,
    *YOUZAN,
)

__all__ = ["PLATFORMS"]
