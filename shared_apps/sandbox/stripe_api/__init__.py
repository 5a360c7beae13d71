"""A stand-in for Stripe's API, faithful in shapes, refusals, idempotency and events; no money moves."""
