"""One file per capability; each has a `router`. Listed here in the order in which addresses are matched."""

from __future__ import annotations

from fastapi import APIRouter

from healthrec.web.routes import (
    access,
    admin,
    board,
    children,
    delegations,
    documents,
    entrance,
    gates,
    growth,
    guardians,
    handover,
    home,
    immunization,
    imports,
    install_ca,
    link_requests,
    measure,
    measuring,
    preferences,
    screening,
    sign_in,
    unsent,
    vaccinate,
    vaccines,
)

ROUTERS: tuple[APIRouter, ...] = (
    sign_in.router,
    gates.router,
    unsent.router,
    preferences.router,
    home.router,
    access.router,
    children.router,
    growth.router,
    measure.router,
    measuring.router,
    documents.router,
    handover.router,
    board.router,
    screening.router,
    immunization.router,
    vaccinate.router,
    entrance.router,
    vaccines.router,
    imports.router,
    install_ca.router,
    guardians.router,
    delegations.router,
    link_requests.router,
    admin.router,
)
