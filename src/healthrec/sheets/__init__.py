"""Spreadsheet cells in and out, with their addresses. Knows neither children nor records."""

from healthrec.sheets.read import Sheet, Workbook, read_workbook
from healthrec.sheets.write import OutSheet, write_csv, write_xlsx

__all__ = ["OutSheet", "Sheet", "Workbook", "read_workbook", "write_csv", "write_xlsx"]
