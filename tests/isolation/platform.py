"""Values for the platform's own URLs."""

PLATFORM = {
    ("tenants", "slug"): "alpha",
    ("styleguide", "page"): "fields",
    ("tenants", "pk"): 1,
    ("undelivered", "slug"): "alpha",
    ("clocks", "slug"): "alpha",
    ("undelivered", "kind"): "delivery",
    ("undelivered", "pk"): "01975f3c-8a41-7d3e-9c1b-2f6a7d1e4b10",
    ("mail", "mail_id"): "01975f3c-8a41-7d3e-9c1b-2f6a7d1e4b10",
    ("files", "index"): 0,
    ("pay", "session_id"): "cs_test_nothing",
    ("challenge", "intent_id"): "pi_nothing",
    ("disputes", "dispute_id"): "du_nothing",
    ("onboarding", "account_id"): "acct_nothing",
    ("onboarding", "key"): "nothing",
    ("events", "event_id"): "evt_nothing",
    ("webhooks", "provider"): "stripe",
    ("v1", "path"): "checkout/sessions/cs_test_nothing",
}
