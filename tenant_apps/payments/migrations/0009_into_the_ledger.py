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
            o.id AS order_id, o.currency, refund.amount, coalesce(nullif(refund.provider, ''), payment.provider) AS way,
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
# What the office settled otherwise, less what was sent all the same since.
SETTLINGS = WRITE.format(
    legs="""
        SELECT said.since AS at, 'settling' AS kind, o.id AS document_id, o.id AS order_id, o.currency,
            greatest(0, said.amount - coalesce(sum(later.amount), 0)) AS amount
        FROM payments_order o
        JOIN (
            SELECT payment.order_id, sum(refund.amount) AS amount, min(refund.dropped_at) AS since
            FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
            WHERE refund.status = 'failed' AND refund.dropped_at IS NOT NULL GROUP BY payment.order_id
        ) said ON said.order_id = o.id
        LEFT JOIN payments_payment payment ON payment.order_id = o.id
        LEFT JOIN payments_refund later
            ON later.payment_id = payment.id AND later.status <> 'failed' AND later.created_at > said.since
        GROUP BY o.id, said.since, said.amount
    """,
    values="('buyer', '', amount), ('settled', '', -amount)",
)
# What nobody owes any more: of a cancelled order all but what is here (and of that what failed to go back), of one that
# lapsed its price. The VAT in it: all that is left, or the share of each line.
ENDINGS = WRITE.format(
    legs=f"""
        SELECT ending.at, 'ending' AS kind, ending.id AS document_id, ending.id AS order_id, ending.currency,
            ending.amount,
            CASE
                WHEN ending.amount >= ending.earns THEN ending.vat_left
                WHEN ending.amount > 0 THEN least(ending.vat_left, ending.vat_share)
                ELSE 0
            END AS vat
        FROM (
            SELECT o.id, o.currency, coalesce(o.lapsed_at, cancelled.at, now()) AS at, books.earns, books.vat_left,
                amounts.amount, (
                    SELECT sum(round(
                        line.amount * amounts.amount / o.total
                        - line.amount * amounts.amount / o.total / (1 + line.vat_rate / 100),
                        {DECIMALS}
                    )) FROM payments_orderline line WHERE line.order_id = o.id AND o.total > 0
                ) AS vat_share
            FROM payments_order o
            JOIN (
                SELECT order_id,
                    sum(debit - credit) FILTER (WHERE account = 'buyer') AS owed,
                    -sum(debit - credit) FILTER (WHERE account IN ('deferred_income', 'vat')) AS earns,
                    coalesce(-sum(debit - credit) FILTER (WHERE account = 'vat'), 0) AS vat_left
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
                    WHEN o.status = 'cancelled' THEN books.owed + coalesce(failed.amount, 0) ELSE books.earns
                END AS amount
            ) amounts
            WHERE o.status = 'cancelled' OR o.lapsed_at IS NOT NULL
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
