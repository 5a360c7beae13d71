from django.db import migrations

from tenant_apps.payments.migrations._currencies import DECIMALS

# Each document of each order as `payments.books` writes it; `legs` are what it moves, positive onto an account.
WRITE = """
INSERT INTO ledger_entry
    (id, created_at, at, document_kind, document_id, order_id, account, holder, debit, credit, currency)
SELECT gen_random_uuid(), now(), legs.at, legs.kind, legs.document_id, legs.order_id, leg.account, leg.holder,
    greatest(leg.amount, 0), greatest(-leg.amount, 0), legs.currency
FROM ({legs}) legs
CROSS JOIN LATERAL (VALUES {values}) AS leg (account, holder, amount)
WHERE leg.amount <> 0
"""
SALES = WRITE.format(
    legs="""
        SELECT o.created_at AS at, 'sale' AS kind, o.id AS document_id, o.id AS order_id, o.currency,
            sum(line.amount) AS gross, sum(line.vat) AS vat
        FROM payments_order o JOIN payments_orderline line ON line.order_id = o.id GROUP BY o.id
    """,
    values="('buyer', '', gross), ('deferred_income', '', vat - gross), ('vat', '', -vat)",
)
CREDITS = WRITE.format(
    legs="""
        SELECT credit.created_at AS at, 'credit' AS kind, credit.id AS document_id, o.id AS order_id, o.currency,
            credit.amount, credit.vat
        FROM payments_credit credit JOIN payments_order o ON o.id = credit.order_id
    """,
    values="('buyer', '', -amount), ('deferred_income', '', amount - vat), ('vat', '', vat)",
)
PAYMENTS = WRITE.format(
    legs="""
        SELECT payment.completed_at AS at, 'payment' AS kind, payment.id AS document_id, o.id AS order_id, o.currency,
            payment.amount, payment.provider
        FROM payments_payment payment JOIN payments_order o ON o.id = payment.order_id
        WHERE payment.status = 'completed'
    """,
    values="('provider', provider, amount), ('buyer', '', -amount)",
)
REFUNDS = WRITE.format(
    legs="""
        SELECT coalesce(refund.completed_at, refund.created_at) AS at, 'refund' AS kind, refund.id AS document_id,
            o.id AS order_id, o.currency, refund.amount, CASE
                WHEN refund.provider_reference LIKE 'by-hand-%'
                    AND coalesce(nullif(refund.provider, ''), payment.provider) NOT IN ('cash', 'bank_transfer')
                THEN 'by_hand' ELSE coalesce(nullif(refund.provider, ''), payment.provider)
            END AS way,
            CASE WHEN refund.status = 'completed' THEN 'provider' ELSE 'payable' END AS whence
        FROM payments_refund refund
        JOIN payments_payment payment ON payment.id = refund.payment_id
        JOIN payments_order o ON o.id = payment.order_id
        WHERE refund.status <> 'failed'
    """,
    values="('buyer', '', amount), (whence, way, -amount)",
)
DISPUTES = WRITE.format(
    legs="""
        SELECT dispute.created_at AS at, 'dispute' AS kind, dispute.id AS document_id, o.id AS order_id, o.currency,
            dispute.amount, payment.provider,
            CASE WHEN dispute.status = 'lost' THEN 'buyer' ELSE 'disputed' END AS whither
        FROM payments_dispute dispute
        JOIN payments_payment payment ON payment.id = dispute.payment_id
        JOIN payments_order o ON o.id = payment.order_id
        WHERE dispute.status IN ('open', 'lost')
    """,
    values="('provider', provider, -amount), (whither, '', amount)",
)
# What the office settled otherwise, as far as it is here.
SETTLINGS = WRITE.format(
    legs="""
        SELECT said.at, 'settling' AS kind, said.order_id AS document_id, said.order_id, said.currency,
            least(said.amount, greatest(0, held.amount)) AS amount
        FROM (
            SELECT o.id AS order_id, o.currency, sum(refund.amount) AS amount, max(refund.dropped_at) AS at
            FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
            JOIN payments_order o ON o.id = payment.order_id
            WHERE refund.status = 'failed' AND refund.settled_otherwise GROUP BY o.id
        ) said
        JOIN (
            SELECT order_id, sum(debit - credit) AS amount FROM ledger_entry
            WHERE account IN ('provider', 'payable') GROUP BY order_id
        ) held ON held.order_id = said.order_id
    """,
    values="('buyer', '', amount), ('settled', '', -amount)",
)
# What nobody owes any more: of a cancelled order all but what is here (and of that what failed to go back), of one that
# lapsed its price, of any other what was taken off beyond its price. Of the VAT the part stays that is in what it earns.
ENDINGS = WRITE.format(
    legs=f"""
        SELECT ending.at, 'ending' AS kind, ending.id AS document_id, ending.id AS order_id, ending.currency,
            ending.amount,
            ending.vat_now - CASE
                WHEN ending.earns <= 0 THEN 0
                WHEN ending.earns >= ending.price THEN ending.most
                ELSE least(ending.most, ending.vat_share)
            END AS vat
        FROM (
            SELECT o.id, o.currency, coalesce(o.lapsed_at, cancelled.at, now()) AS at, books.price, books.vat_now,
                greatest(0, books.most) AS most, amounts.amount, books.price - amounts.amount AS earns, (
                    SELECT sum(round(
                        line.amount * (books.price - amounts.amount) / o.total
                        - line.amount * (books.price - amounts.amount) / o.total / (1 + line.vat_rate / 100),
                        {DECIMALS}
                    )) FROM payments_orderline line WHERE line.order_id = o.id AND o.total > 0
                ) AS vat_share
            FROM payments_order o
            JOIN (
                SELECT order_id,
                    coalesce(sum(debit - credit) FILTER (WHERE account = 'buyer'), 0) AS owed,
                    coalesce(sum(debit - credit) FILTER (
                        WHERE account = 'buyer' AND document_kind IN ('sale', 'credit')
                    ), 0) AS price,
                    coalesce(-sum(debit - credit) FILTER (WHERE account = 'vat'), 0) AS vat_now,
                    coalesce(-sum(debit - credit) FILTER (
                        WHERE account = 'vat' AND document_kind IN ('sale', 'credit')
                    ), 0) AS most
                FROM ledger_entry GROUP BY order_id
            ) books ON books.order_id = o.id
            LEFT JOIN (
                SELECT subject_id, max(created_at) AS at FROM events_event WHERE name = 'order.cancelled'
                GROUP BY subject_id
            ) cancelled ON cancelled.subject_id = o.id
            LEFT JOIN (
                SELECT payment.order_id, sum(refund.amount) AS amount
                FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
                WHERE refund.status = 'failed' AND refund.dropped_at IS NULL GROUP BY payment.order_id
            ) failed ON failed.order_id = o.id
            CROSS JOIN LATERAL (
                SELECT CASE
                    WHEN o.status = 'cancelled' THEN books.owed + coalesce(failed.amount, 0)
                    WHEN o.lapsed_at IS NOT NULL THEN books.price
                    ELSE least(0, books.price)
                END AS amount
            ) amounts
        ) ending
    """,  # noqa: S608  (our own words)
    values="('buyer', '', -amount), ('deferred_income', '', amount - vat), ('vat', '', vat)",
)
EARNINGS = WRITE.format(
    legs="""
        SELECT coalesce(o.fulfilled_at, now()) AS at, 'earning' AS kind, o.id AS document_id, o.id AS order_id,
            o.currency, -sum(entry.debit - entry.credit) AS amount
        FROM payments_order o JOIN ledger_entry entry ON entry.order_id = o.id AND entry.account = 'deferred_income'
        WHERE o.status = 'cancelled' OR o.fulfilled_at IS NOT NULL GROUP BY o.id
    """,
    values="('deferred_income', '', amount), ('income', '', -amount)",
)


class Migration(migrations.Migration):
    """Orders, credits, payments, refunds and disputes so far are written into the ledger."""

    dependencies = [
        ("payments", "0008_order_lines_as_sold"),
        ("bookings", "0009_lines_of_bookings"),
        ("events", "0001_initial"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in (SALES, CREDITS, PAYMENTS, REFUNDS, DISPUTES, SETTLINGS, ENDINGS, EARNINGS)
    ]
