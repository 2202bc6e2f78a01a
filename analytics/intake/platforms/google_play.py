"""Google Play: sales and earnings, which name no buyer."""

from analytics.intake.recogniser import SOMEBODY, Platform

SALES = Platform(
    name="google_play_sales",
    title="Google Play sales",
    table="order_lines",
    present=(
        ("Order Charged Date", "Transaction Date", "Transaction Time"),
        ("Charged Amount", "Amount (Merchant Currency)", "Amount (Buyer Currency)"),
        ("Product Title", "Product id", "Sku Id"),
    ),
    absent=SOMEBODY,
    refusal="Google Play reports list sales by country and name no buyer",
)

EXPORTS = (SALES,)
