"""Worked cases of the programme in its edition of 2026, written from the reference, on both sides of each boundary.

A line: the rule, the doses given (by age), the day asked (by age), what each dose of the antigen is worth, what is next.
The first word of the rule is the antigen.
"""

from __future__ import annotations

from datetime import date

import pytest
from tests.domain.immunization.asking import Case, answer, expected

BORN = date(2026, 7, 10)
"""After the first day of the edition of 2026, so that every dose is judged by it"""


HEPB = [
    Case("hepb.1", "", "0d", "", "1 HepB 0d..2d due"),
    Case("hepb.1", "", "1d", "", "1 HepB 0d..2d due"),
    Case("hepb.1", "", "2d", "", "1 HepB 0d..2d overdue"),
    Case("hepb.1", "HepB 3d", "4d", "ok", "2 HepB 1m not-due"),
    Case("hepb.2", "HepB 0d", "1m-1d", "ok", "2 HepB 1m not-due"),
    Case("hepb.2", "HepB 0d", "1m", "ok", "2 HepB 1m due"),
    Case("hepb.2 has no complete-before age", "HepB 0d", "11m", "ok", "2 HepB 1m due"),
    Case("hepb.2", "HepB 0d, HepB 1m", "2m", "ok, ok", "3 HepB 6m..12m not-due"),
    Case("hepb.2", "HepB 0d, HepB 1m-1d", "2m", "ok, too-young", "2 HepB 1m-1d+28d due"),
    Case("hepb.2.interval", "HepB 10d, HepB 38d", "3m", "ok, ok", "3 HepB 6m..12m not-due"),
    Case("hepb.2.interval", "HepB 10d, HepB 37d", "3m", "ok, interval-too-short", "2 HepB 65d due"),
    Case("hepb.3", "HepB 0d, HepB 1m, HepB 6m", "6m", "ok, ok, ok", "complete"),
    Case("hepb.3", "HepB 0d, HepB 1m, HepB 6m-1d", "6m", "ok, ok, too-young", "3 HepB 6m-1d+60d..12m not-due"),
    Case("hepb.3", "HepB 0d, HepB 1m", "12m-1d", "ok, ok", "3 HepB 6m..12m due"),
    Case("hepb.3", "HepB 0d, HepB 1m", "12m", "ok, ok", "3 HepB 6m..12m overdue"),
    Case("hepb.3.interval", "HepB 0d, HepB 7m, HepB 7m+60d", "10m", "ok, ok, ok", "complete"),
    Case("hepb.3.interval", "HepB 0d, HepB 7m, HepB 7m+59d", "10m", "ok, ok, interval-too-short",
         "3 HepB 7m+119d..12m not-due"),
    Case("hepb.3.from-dose-1", "HepB 6m, HepB 7m, HepB 10m", "11m", "ok, ok, ok", "complete"),
    Case("hepb.3.from-dose-1", "HepB 6m, HepB 7m, HepB 10m-1d", "11m", "ok, ok, interval-too-short",
         "3 HepB 10m-1d+60d..12m not-due"),
    Case("hepb.3 not yet possible is not overdue", "HepB 0d, HepB 11m", "12m", "ok, ok", "3 HepB 11m+60d..12m not-due"),
    Case("hepb.3 not yet possible is not overdue", "HepB 0d, HepB 11m", "11m+60d", "ok, ok",
         "3 HepB 11m+60d..12m overdue"),
    Case("hepb.3 what is left over", "HepB 0d, HepB 1m, HepB 6m, HepB 8m", "9m", "ok, ok, ok, series-complete", "complete"),
]  # fmt: skip

BCG = [
    Case("bcg.1", "", "0d", "", "1 BCG 0d..3m due"),
    Case("bcg.1", "", "3m-1d", "", "1 BCG 0d..3m due"),
    Case("bcg.1.ppd", "", "3m", "", "1 BCG 0d..3m conditional"),
    Case("bcg.1.ppd", "", "3m", "", "1 BCG 0d..3m overdue", "ppd-negative"),
    Case("bcg.1.ppd", "", "4y-1d", "", "1 BCG 0d..3m conditional"),
    Case("bcg.1.ppd", "", "4y-1d", "", "1 BCG 0d..3m overdue", "ppd-negative"),
    Case("bcg.1 not from 4 years", "", "4y", "", "aged-out", "ppd-negative"),
    Case("bcg.1 not from 4 years", "", "4y", "", "aged-out"),
    Case("bcg.ppd-positive", "", "2y", "", "contraindicated", "ppd-positive"),
    Case("bcg.1 never repeated", "BCG 0d", "3y", "ok", "complete"),
    Case("bcg.1 late is valid", "BCG 20m", "3y", "ok", "complete"),
]

POLIO = [
    Case("polio.1", "", "2m-1d", "", "1 IPV 2m not-due"),
    Case("polio.1", "", "2m", "", "1 IPV 2m due"),
    Case("polio.1 has no complete-before age", "", "3y", "", "1 IPV 2m due"),
    Case("polio.1", "IPV 2m-1d", "3m", "too-young", "1 IPV 2m due"),
    Case("polio.2", "IPV 2m, IPV 3m", "3m", "ok, ok", "3 bOPV 4m..12m not-due"),
    Case("polio.2", "IPV 2m, IPV 3m-1d", "3m", "ok, too-young", "2 IPV 3m-1d+28d not-due"),
    Case("polio.2.interval", "IPV 80d, IPV 108d", "4m", "ok, ok", "3 bOPV 136d..12m not-due"),
    Case("polio.2.interval", "IPV 80d, IPV 107d", "4m", "ok, interval-too-short", "2 IPV 135d not-due"),
    Case("polio.3", "IPV 2m, IPV 3m, bOPV 4m", "5m", "ok, ok, ok", "4 bOPV 4y..5y not-due"),
    Case("polio.3", "IPV 2m, IPV 3m, bOPV 4m-1d", "5m", "ok, ok, too-young", "3 bOPV 4m-1d+28d..12m due"),
    Case("polio.3", "IPV 2m, IPV 3m", "12m-1d", "ok, ok", "3 bOPV 4m..12m due"),
    Case("polio.3", "IPV 2m, IPV 3m", "12m", "ok, ok", "3 bOPV 4m..12m overdue"),
    Case("polio.4", "IPV 2m, IPV 3m, bOPV 4m", "4y", "ok, ok, ok", "4 bOPV 4y..5y due"),
    Case("polio.4", "IPV 2m, IPV 3m, bOPV 4m", "5y", "ok, ok, ok", "4 bOPV 4y..5y overdue"),
    Case("polio.4", "IPV 2m, IPV 3m, bOPV 4m, bOPV 4y", "5y", "ok, ok, ok, ok", "complete"),
    Case("polio.4", "IPV 2m, IPV 3m, bOPV 4m, bOPV 4y-1d", "5y", "ok, ok, ok, too-young", "4 bOPV 4y+27d..5y overdue"),
    Case("polio catch-up under 4 years: three doses", "IPV 2y, IPV 25m", "3y", "ok, ok", "3 bOPV 25m+28d..12m overdue"),
    Case("polio catch-up under 4 years: three doses", "IPV 2y, IPV 25m, bOPV 26m", "3y", "ok, ok, ok", "4 bOPV 4y..5y not-due"),
    Case("polio catch-up from 4 years: four doses", "IPV 2m, IPV 3m, bOPV 4y", "5y", "ok, ok, ok", "4 bOPV 4y+28d..5y overdue"),
    Case("polio.type-two", "bOPV 2m", "3m+20d", "ok", "2 IPV 3m due"),
    Case("polio.type-two", "IPV 2m, bOPV 3m", "5m", "ok, ok", "3 IPV 4m..12m due"),
    Case("polio.type-two", "IPV 2m, tOPV 3m", "5m", "ok, ok", "3 bOPV 4m..12m due"),
    Case("polio.5", "bOPV 2m, bOPV 3m, bOPV 4m, IPV 4y", "5y", "ok, ok, ok, ok", "5 IPV 4y+28d due"),
    Case("polio.5", "bOPV 2m, bOPV 3m, bOPV 4m, IPV 4y, IPV 5y", "5y", "ok, ok, ok, ok, ok", "complete"),
    Case("polio-ipv four IPV are complete", "IPV 2m, IPV 3m, IPV 4m, IPV 18m", "19m", "ok, ok, ok, ok", "complete"),
    Case("polio-ipv four IPV are complete", "IPV 2m, IPV 3m, IPV 4m, IPV 4m+28d", "19m", "ok, ok, ok, ok", "complete"),
    Case("polio-ipv three IPV are not", "IPV 2m, IPV 3m, IPV 4m", "4y", "ok, ok, ok", "4 bOPV 4y..5y due"),
]  # fmt: skip

DTP = [
    Case("dtp.1", "", "2m-1d", "", "1 DTaP 2m not-due"),
    Case("dtp.1", "", "2m", "", "1 DTaP 2m due"),
    Case("dtp.2", "DTaP 2m, DTaP 4m", "4m", "ok, ok", "3 DTaP 6m..12m not-due"),
    Case("dtp.2", "DTaP 2m, DTaP 4m-1d", "4m", "ok, too-young", "2 DTaP 4m+27d not-due"),
    Case("dtp.2.interval", "DTaP 4m, DTaP 4m+28d", "6m", "ok, ok", "3 DTaP 6m..12m due"),
    Case("dtp.2.interval", "DTaP 4m, DTaP 4m+27d", "6m", "ok, interval-too-short", "2 DTaP 4m+55d due"),
    Case("dtp.3", "DTaP 2m, DTaP 4m, DTaP 6m", "6m", "ok, ok, ok", "4 DTaP 18m..24m not-due"),
    Case("dtp.3", "DTaP 2m, DTaP 4m, DTaP 6m-1d", "6m", "ok, ok, too-young", "3 DTaP 6m+27d..12m not-due"),
    Case("dtp.4", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 18m", "2y", "ok, ok, ok, ok", "5 DTaP 6y..7y not-due"),
    Case("dtp.4", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 18m-1d", "2y", "ok, ok, ok, too-young", "4 DTaP 24m-1d..24m overdue"),
    Case("dtp.4.interval", "DTaP 2m, DTaP 4m, DTaP 14m, DTaP 20m", "2y", "ok, ok, ok, ok", "5 DTaP 6y..7y not-due"),
    Case("dtp.4.interval", "DTaP 2m, DTaP 4m, DTaP 14m, DTaP 20m-1d", "2y", "ok, ok, ok, interval-too-short", "4 DTaP 26m-1d..24m not-due"),
    Case("dtp.5", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 18m", "6y-1d", "ok, ok, ok, ok", "5 DTaP 6y..7y not-due"),
    Case("dtp.5", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 18m", "6y", "ok, ok, ok, ok", "5 DTaP 6y..7y due"),
    Case("dtp.5", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 18m, DTaP 6y", "7y", "ok, ok, ok, ok, ok", "complete"),
    Case("dtp.5.interval", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 5y+6m, DTaP 6y+6m", "7y", "ok, ok, ok, ok, ok", "complete"),
    Case("dtp.5.interval", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 66m, DTaP 78m-1d", "79m", "ok, ok, ok, ok, interval-too-short", "5 DT 7y..7y not-due"),
    Case("dtp.5.dt DTaP is for children under 7", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 18m", "7y-1d", "ok, ok, ok, ok", "5 DTaP 6y..7y due"),
    Case("dtp.5.dt DT is for 7 to 11 years", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 18m", "7y", "ok, ok, ok, ok", "5 DT 7y..7y overdue"),
    Case("dtp.5.dt", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 18m, DT 7y", "8y", "ok, ok, ok, ok, ok", "complete"),
    Case("dtp.5.dt", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 18m, DT 7y-1d", "7y", "ok, ok, ok, ok, too-young", "5 DT 7y..7y overdue"),
    Case("dtp.5.dt", "DTaP 2m, DTaP 4m, DTaP 6m, DTaP 18m, DTaP 7y", "8y", "ok, ok, ok, ok, wrong-product", "5 DT 7y..7y overdue"),
    Case("dtp.4.three-from-7-years", "DTaP 2m, DTaP 4m, DTaP 6m", "7y", "ok, ok, ok", "5 DT 7y..7y overdue"),
    Case("dtp.5.dt-given", "DTaP 2m, DTaP 4m, DT 7y", "8y", "ok, ok, ok", "complete"),
    Case("dtp none from 12 years", "DTaP 2m, DTaP 4m, DTaP 6m", "12y-1d", "ok, ok, ok", "5 DT 7y..7y overdue"),
    Case("dtp none from 12 years", "DTaP 2m, DTaP 4m, DTaP 6m", "12y", "ok, ok, ok", "aged-out"),
]  # fmt: skip

MMR = [
    Case("mmr.1", "", "8m-1d", "", "1 MMR 8m..12m not-due"),
    Case("mmr.1", "", "8m", "", "1 MMR 8m..12m due"),
    Case("mmr.1", "", "12m", "", "1 MMR 8m..12m overdue"),
    Case("mmr.1 outbreak dose at 6-7 months does not count", "MMR 7m", "8m", "too-young", "1 MMR 8m..12m due"),
    Case("mmr.1", "MMR 8m-1d", "8m", "too-young", "1 MMR 8m+27d..12m not-due"),
    Case("mmr.1 MR is not MMR", "MR 8m", "9m", "wrong-product", "1 MMR 8m+28d..12m due"),
    Case("mmr.2", "MMR 8m, MMR 18m", "19m", "ok, ok", "complete"),
    Case("mmr.2", "MMR 8m, MMR 18m-1d", "19m", "ok, too-young", "2 MMR 18m+27d..24m due"),
    Case("mmr.2", "MMR 8m", "24m-1d", "ok", "2 MMR 18m..24m due"),
    Case("mmr.2", "MMR 8m", "24m", "ok", "2 MMR 18m..24m overdue"),
    Case("mmr.2.interval", "MMR 18m, MMR 18m+28d", "2y", "ok, ok", "complete"),
    Case("mmr.2.interval", "MMR 18m, MMR 18m+27d", "2y", "ok, interval-too-short+live-virus-conflict",
         "2 MMR 18m+55d..24m overdue"),
]  # fmt: skip

JE = [
    Case("je-l.1", "", "8m-1d", "", "1 JE-L 8m..12m not-due"),
    Case("je-l.1", "JE-L 8m", "9m", "ok", "2 JE-L 2y..3y not-due"),
    Case("je-l.1", "JE-L 8m-1d", "9m", "too-young", "1 JE-L 8m+27d..12m due"),
    Case("je-l.2", "JE-L 8m, JE-L 2y", "3y", "ok, ok", "complete"),
    Case("je-l.2", "JE-L 8m, JE-L 2y-1d", "3y", "ok, too-young", "2 JE-L 3y-1d..3y overdue"),
    Case("je-l.2.interval", "JE-L 14m, JE-L 26m", "3y", "ok, ok", "complete"),
    Case("je-l.2.interval", "JE-L 14m, JE-L 26m-1d", "3y", "ok, interval-too-short", "2 JE-L 38m-1d..3y not-due"),
    Case("je-i.1 a course begun with JE-I goes on with it", "JE-I 8m", "8m+6d", "ok", "2 JE-I 8m+7d..12m not-due"),
    Case("je-i.2", "JE-I 8m, JE-I 8m+7d", "9m", "ok, ok", "3 JE-I 2y..3y not-due"),
    Case("je-i.2", "JE-I 8m, JE-I 8m+6d", "9m", "ok, interval-too-short", "2 JE-I 8m+13d..12m due"),
    Case("je-i.2 the upper end of the window only makes it late", "JE-I 8m, JE-I 11m", "12m", "ok, ok", "3 JE-I 2y..3y not-due"),
    Case("je-i.3", "JE-I 8m, JE-I 8m+7d, JE-I 2y", "3y", "ok, ok, ok", "4 JE-I 6y..7y not-due"),
    Case("je-i.3.interval", "JE-I 23m, JE-I 24m, JE-I 25m", "3y", "ok, ok, ok", "4 JE-I 6y..7y not-due"),
    Case("je-i.3.interval", "JE-I 23m, JE-I 24m, JE-I 25m-1d", "3y", "ok, ok, interval-too-short", "3 JE-I 26m-1d..3y overdue"),
    Case("je-i.4.interval", "JE-I 8m, JE-I 8m+7d, JE-I 4y, JE-I 7y", "7y", "ok, ok, ok, ok", "complete"),
    Case("je-i.4.interval", "JE-I 8m, JE-I 8m+7d, JE-I 4y, JE-I 7y-1d", "7y", "ok, ok, ok, interval-too-short", "4 JE-I 10y-1d..7y not-due"),
]  # fmt: skip

MEN = [
    Case("men.1", "", "6m-1d", "", "1 MPSV-A 6m..12m not-due"),
    Case("men.1", "", "6m", "", "1 MPSV-A 6m..12m due"),
    Case("men.1", "", "12m", "", "1 MPSV-A 6m..12m overdue"),
    Case("men.1.from-24-months", "", "24m-1d", "", "1 MPSV-A 6m..12m overdue"),
    Case("men.3.catch-up", "", "24m", "", "3 MPSV-AC 24m..4y due"),
    Case("men.2", "MPSV-A 6m, MPSV-A 9m", "10m", "ok, ok", "3 MPSV-AC 3y..4y not-due"),
    Case("men.2", "MPSV-A 6m, MPSV-A 9m-1d", "10m", "ok, too-young+interval-too-short", "2 MPSV-A 12m-1d..24m not-due"),
    Case("men.2.interval", "MPSV-A 8m, MPSV-A 11m", "12m", "ok, ok", "3 MPSV-AC 3y..4y not-due"),
    Case("men.2.interval", "MPSV-A 8m, MPSV-A 11m-1d", "12m", "ok, interval-too-short", "2 MPSV-A 14m-1d..24m not-due"),
    Case("men.2", "MPSV-A 6m", "24m-1d", "ok", "2 MPSV-A 9m..24m due"),
    Case("men.3.catch-up", "MPSV-A 6m", "24m", "ok", "3 MPSV-AC 24m..4y due"),
    Case("men.3.catch-up.from-dose-1", "MPSV-A 23m", "23m", "ok", "3 MPSV-AC 26m..4y not-due"),
    Case("men.3.catch-up.from-dose-1", "MPSV-A 23m, MPSV-AC 26m", "3y", "ok, ok", "4 MPSV-AC 6y..7y not-due"),
    Case("men.3.catch-up.from-dose-1", "MPSV-A 23m, MPSV-AC 26m-1d", "3y", "ok, interval-too-short", "3 MPSV-AC 29m-1d..4y due"),
    Case("men.3.catch-up", "MPSV-AC 24m", "3y", "ok", "4 MPSV-AC 6y..7y not-due"),
    Case("men.1 MPSV-AC before 24 months", "MPSV-AC 24m-1d", "3y", "wrong-product", "3 MPSV-AC 24m..4y due"),
    Case("men.1.from-24-months MPSV-A is no longer given", "MPSV-A 24m", "3y", "wrong-product", "3 MPSV-AC 24m..4y due"),
    Case("men.3", "MPSV-A 6m, MPSV-A 9m, MPSV-AC 3y", "4y", "ok, ok, ok", "4 MPSV-AC 6y..7y not-due"),
    Case("men.3", "MPSV-A 6m, MPSV-A 9m, MPSV-AC 3y-1d", "3y", "ok, ok, too-young", "3 MPSV-AC 3y..4y due"),
    Case("men.3.from-dose-2", "MPSV-A 6m, MPSV-A 23m", "3y-2m", "ok, ok", "3 MPSV-AC 3y..4y not-due"),
    Case("men.4", "MPSV-A 6m, MPSV-A 9m, MPSV-AC 3y, MPSV-AC 6y", "7y", "ok, ok, ok, ok", "complete"),
    Case("men.4.interval", "MPSV-A 6m, MPSV-A 9m, MPSV-AC 4y, MPSV-AC 7y", "7y", "ok, ok, ok, ok", "complete"),
    Case("men.4.interval", "MPSV-A 6m, MPSV-A 9m, MPSV-AC 4y, MPSV-AC 7y-1d", "7y", "ok, ok, ok, interval-too-short", "4 MPSV-AC 10y-1d..7y not-due"),
    Case("men.3 any vaccine with A and C counts at 3 and 6 years", "MPSV-A 6m, MPSV-A 9m, MCV4 3y, MPSV-ACYW 6y", "7y", "ok, ok, ok, ok", "complete"),
]  # fmt: skip

HEPA = [
    Case("hepa-l.1", "", "18m-1d", "", "1 HepA-L 18m..24m not-due"),
    Case("hepa-l.1", "", "18m", "", "1 HepA-L 18m..24m due"),
    Case("hepa-l.1", "", "24m", "", "1 HepA-L 18m..24m overdue"),
    Case("hepa-l.1", "HepA-L 18m", "19m", "ok", "complete"),
    Case("hepa-l.1", "HepA-L 18m-1d", "19m", "too-young", "1 HepA-L 18m+27d..24m due"),
    Case("hepa-i.2", "HepA-I 18m", "19m", "ok", "2 HepA-I 24m..3y not-due"),
    Case("hepa-i.2", "HepA-I 18m, HepA-I 24m", "3y", "ok, ok", "complete"),
    Case("hepa-i.2", "HepA-I 18m, HepA-I 24m-1d", "25m", "ok, too-young+interval-too-short", "2 HepA-I 30m-1d..3y not-due"),
    Case("hepa-i.2.interval", "HepA-I 20m, HepA-I 26m", "3y", "ok, ok", "complete"),
    Case("hepa-i.2.interval", "HepA-I 20m, HepA-I 26m-1d", "27m", "ok, interval-too-short", "2 HepA-I 32m-1d..3y not-due"),
    Case("hepa-i.2 one live dose completes", "HepA-I 18m, HepA-L 24m", "3y", "ok, ok", "complete"),
    Case("hepa-i.2 one live dose completes", "HepA-I 20m, HepA-L 26m-1d", "27m", "ok, interval-too-short", "2 HepA-I 32m-1d..3y not-due"),
]  # fmt: skip

LIVE = [
    Case("je live.28-days", "MMR 8m, JE-L 8m", "9m", "ok", "2 JE-L 2y..3y not-due"),
    Case("je live.28-days", "MMR 8m, JE-L 8m+1d", "9m", "live-virus-conflict", "1 JE-L 8m+29d..12m due"),
    Case("je live.28-days", "MMR 8m, JE-L 8m+27d", "9m", "live-virus-conflict", "1 JE-L 8m+55d..12m not-due"),
    Case("je live.28-days", "MMR 8m, JE-L 8m+28d", "9m", "ok", "2 JE-L 2y..3y not-due"),
    Case("je live.28-days before it may be given", "MMR 8m", "8m+27d", "", "1 JE-L 8m+28d..12m not-due"),
    Case("mmr live.28-days a dose that did not count still conflicts", "JE-L 8m-1d, MMR 8m", "9m", "live-virus-conflict", "1 MMR 8m+28d..12m due"),
    Case("mmr live.28-days.after-bcg", "BCG 8m, MMR 8m+27d", "9m", "live-virus-conflict", "1 MMR 8m+55d..12m not-due"),
    Case("mmr live.28-days.after-bcg", "BCG 8m, MMR 8m+28d", "9m", "ok", "2 MMR 18m..24m not-due"),
    Case("bcg live.28-days.before-bcg", "MMR 8m, BCG 8m+27d", "9m", "live-virus-conflict", "1 BCG 8m+28d..3m conditional"),
    Case("polio oral and inactivated vaccines know no interval", "MMR 8m, IPV 8m+1d", "9m", "ok", "2 IPV 8m+29d due"),
    Case("hepa live.28-days", "Var 18m, HepA-L 18m+27d", "19m", "live-virus-conflict", "1 HepA-L 18m+55d..24m not-due"),
]  # fmt: skip


@pytest.mark.parametrize(
    "case", [*HEPB, *BCG, *POLIO, *DTP, *MMR, *JE, *MEN, *HEPA, *LIVE],
    ids=lambda case: f"{case.rule}: {case.doses or 'nothing given'} on {case.on} {case.conditions}",
)  # fmt: skip
def test_the_programme_of_2026(case: Case) -> None:
    assert answer("2026", BORN, case) == expected(BORN, case)
