"""Spreadsheets written: questionnaires, the published layout, sheets for experts."""
