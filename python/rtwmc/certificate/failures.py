# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Why a certificate is not proved."""

from __future__ import annotations

__all__ = ["CertificateError", "NotCoveredError", "RefusedError"]


class CertificateError(Exception):
    """Object or certificate cannot be read."""


class NotCoveredError(CertificateError):
    """The object has something of which nothing can be said: nothing is proved."""


class RefusedError(CertificateError):
    """The object is not what the certificate claims."""
