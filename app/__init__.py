"""Riattiva: survey-driven reactivation of dormant CRM contacts."""
