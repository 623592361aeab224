"""All settings in one frozen object, read once from HEALTHREC_* and passed in from the top."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


class Settings(BaseSettings):
    """Deployment choices. Local rule choices (standards, products, thresholds) are data of the organisation instead."""

    model_config = SettingsConfigDict(env_prefix="HEALTHREC_", frozen=True, extra="ignore")

    database_url: str = Field(default="sqlite:///healthrec.db", description="SQLAlchemy URL; sqlite or postgresql")
    public_url: str = Field(default="", description="address for links and QR codes; empty = the address asked")
    today: date | None = Field(default=None, description="training day: moves rules only, never audit or locks")
    zone: str = Field(default="Asia/Shanghai", description="the one zone that defines 'today'")
    secret_key: str = Field(default="", description="32+ characters; derives column and link keys")
    database_key: str = Field(default="", description="encrypts an embedded database at rest (SQLCipher)")
    trusted_proxy: str = Field(default="", description="address of a proxy that ends TLS in front of this server")
    audit_anchor: Path | None = Field(default=None, description="file outside the database that keeps the audit head")
    idle_minutes: int = Field(default=30, ge=1, le=240)
    admin_idle_minutes: int = Field(default=15, ge=1, le=240)
    session_hours: int = Field(default=12, ge=1, le=24)
    totp_roles: tuple[str, ...] = Field(
        default=(), description='roles that need a second factor, as ["admin","auditor"]'
    )
    demo: bool = Field(default=False, description="a demo town: sign-ins are printed and shown")


def schemas_dir() -> Path:
    """The folder `schemas/`: beside the package in a wheel, at the top of a checkout."""
    return _data_dir("schemas")


def reports_dir() -> Path:
    """The folder `reports/` with sentences, fonts and golden files."""
    return _data_dir("reports")


def _data_dir(name: str) -> Path:
    shipped = _PACKAGE / "data" / name
    return shipped if shipped.is_dir() else _CHECKOUT / name
