"""Rosters and measurement sheets, from rows of cells to rows that a person can review. Nothing here opens a file."""

from healthrec.domain.roster.cells import CellValue, Problem, SheetRows, address, cell_text, column_letters
from healthrec.domain.roster.children import Allergies, Guardian, RosterReading, RosterRow, person, read_roster
from healthrec.domain.roster.columns import Column, Heading, SheetKind, SheetWords, sheet_words
from healthrec.domain.roster.dates import DateReading, read_date
from healthrec.domain.roster.dose_columns import DOSE_COLUMN, dose_of
from healthrec.domain.roster.doses import DoseReading, DoseRow, read_doses
from healthrec.domain.roster.matches import Match, MatchKind, Person, find_matches, find_repeats
from healthrec.domain.roster.measurements import MeasurementReading, MeasurementRow, measured_person, read_measurements
from healthrec.domain.roster.table import Skipped, Table, find_table
from healthrec.domain.roster.vaccine_names import VaccineNames

__all__ = [
    "DOSE_COLUMN",
    "Allergies",
    "CellValue",
    "Column",
    "DateReading",
    "DoseReading",
    "DoseRow",
    "Guardian",
    "Heading",
    "Match",
    "MatchKind",
    "MeasurementReading",
    "MeasurementRow",
    "Person",
    "Problem",
    "RosterReading",
    "RosterRow",
    "SheetKind",
    "SheetRows",
    "SheetWords",
    "Skipped",
    "Table",
    "VaccineNames",
    "address",
    "cell_text",
    "column_letters",
    "dose_of",
    "find_matches",
    "find_repeats",
    "find_table",
    "measured_person",
    "person",
    "read_date",
    "read_doses",
    "read_measurements",
    "read_roster",
    "sheet_words",
]
