"""Page quality on a phone: what axe-core finds, what Chromium measures, and the budgets (docs/long-checks.md)."""
