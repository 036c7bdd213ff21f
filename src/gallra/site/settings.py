"""Django's settings, from the environment (gallra.site.environment). Nothing here needs a database or makes a file."""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from gallra.mail.servers import mailbox, smtp_server
from gallra.site import database
from gallra.site.environment import (
    Misconfigured,
    flag,
    home,
    known_secret,
    number,
    random_secret,
    text,
    words,
)
from gallra.site.terminal import gettext

PACKAGE = Path(__file__).resolve().parent.parent

# --- where it is reached -----------------------------------------------------------------------------------------
# GALLRA_ADDRESS is what people type: https://integritet.example. Without it, this machine only.
ADDRESS = text("ADDRESS", "http://127.0.0.1:8000").rstrip("/")
_address = urlsplit(ADDRESS)
_loopback = _address.hostname in {"127.0.0.1", "localhost", "::1"}
if _address.scheme not in {"http", "https"} or not _address.hostname or _address.path or _address.query:
    raise Misconfigured(gettext("GALLRA_ADDRESS is not an address. Set it to https://name, without a path."))
if _address.scheme == "http" and not _loopback:
    raise Misconfigured(
        gettext("GALLRA_ADDRESS is http, so what people send could be read. Set it to https://name.")
    )

ALLOWED_HOSTS = [_address.hostname, *words("HOSTS")]
if _loopback:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [ADDRESS]
ROOT_URLCONF = "gallra.site.urls"
WSGI_APPLICATION = "gallra.site.wsgi.application"
DEBUG = False

# Set by `gallra demo` for its own web server on this machine: the company is invented, and the office opens as Alva.
DEMO = _loopback and flag("DEMO")

# --- secrets -----------------------------------------------------------------------------------------------------
# `gallra up` makes the key once. What runs before that (check, page) signs nothing that outlives it.
SECRET_KEY = known_secret("secret_key") or random_secret()

# --- what it is made of ------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "gallra.site",
    "gallra.portal",
    "gallra.office",
    "gallra.mail",
    "gallra.rights",
    "gallra.running",
    "gallra.ledger",
    "gallra.registers.directory",
    "gallra.registers.support",
    "gallra.registers.crm",
    "gallra.registers.finance",
    "gallra.registers.licensing",
    "gallra.registers.newsletter",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gallra.site.accounts.kept_by_no_cache",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- database and jobs -------------------------------------------------------------------------------------------
DATABASES = database.aliases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_IMPORT_PATHS = [
    "gallra.site.jobs",
    "gallra.mail.jobs",
    "gallra.rights.jobs",
    "gallra.portal.jobs",
    "gallra.portal.support_jobs",
]

# --- language and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [str(PACKAGE / "locale")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # pages show the controller's time zone, which stands in the policy

# --- sign-in -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "site.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/office/"
ACCOUNT_ADAPTER = "gallra.site.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # the code proves the address, at every sign-in
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # an address that has no account gets no mail
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "gallra.site.accounts.PasskeyAdapter"
MFA_TOTP_ISSUER = "Gallra"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _loopback

# --- the browser is told to trust nothing else -------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the code that an authenticator app reads is such a picture
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
_encrypted = _address.scheme == "https"
SECURE_SSL_REDIRECT = _encrypted and flag("REDIRECT_TO_HTTPS")
SECURE_HSTS_SECONDS = 31_536_000 if _encrypted else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "gallra"
SESSION_COOKIE_AGE = 12 * 3600  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _encrypted
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "gallra_language"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20  # bytes, without files

# --- files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = home() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gallra.site.hashed.HashedStaticFiles"},
}
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()
DOCUMENTS_ROOT = home() / "documents"

# --- mail ---------------------------------------------------------------------------------------------------------
# Everything is written into the database first (gallra.mail), and goes to the server of GALLRA_SMTP_URL from there;
# without one it stays in the outbox. The privacy mailbox is read by IMAP where GALLRA_MAILBOX_URL names one.
EMAIL_BACKEND = "gallra.mail.backend.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("MAIL_FROM", "gallra@localhost")
MAIL_RETURNS_TO = text("MAIL_RETURNS_TO") or parseaddr(DEFAULT_FROM_EMAIL)[1]
_patience = float(number("MAIL_TIMEOUT", 30, least=1, most=600))
SMTP_SERVER = smtp_server(text("SMTP_URL"), timeout=_patience)
MAILBOX = mailbox(text("MAILBOX_URL"), timeout=_patience)
SECURITY_CONTACT = text("SECURITY_CONTACT")  # in /.well-known/security.txt; else the controller's address

# --- logs: what happened and where, never whose (gallra.site.logs) -----------------------------------------------
_log_level = text("LOG_LEVEL", "info").lower()
if _log_level not in {"info", "warning"}:
    raise Misconfigured(gettext("GALLRA_LOG_LEVEL is neither info nor warning. Set it to one of them."))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "gallra.site.logs.Formatter"}},
    "filters": {"by route": {"()": "gallra.site.logs.ByRoute"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["by route"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "gallra": {"level": _log_level.upper()},
        # Django's own handlers show exceptions with their values.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
