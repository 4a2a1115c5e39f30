"""Settings of Chuẩn Mực. Everything that differs between places comes from the environment (env.py)."""

import sys
from pathlib import Path
from typing import Any

import django_stubs_ext
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from . import env

django_stubs_ext.monkeypatch()

BASE_DIR = env.BASE_DIR
VAR_DIR = BASE_DIR / "var"

DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set and no embedded servers run. Start `make demo`, or see docs/operations.md."
    )
# Seals names and contacts of citizens (kernel/sealing.py); the first seals, all of them unseal.
PRIVATE_KEYS = env.words("PRIVATE_KEYS") or [SECRET_KEY]
# One key a case, outside the database; destroyed, the case is unreadable in every dump (kernel/vault.py).
KEY_ROOT = Path(env.text("KEY_ROOT", str(VAR_DIR / "keys")))
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = env.text("SITE_URL", f"http://localhost:{env.number('PORT', 8000)}").rstrip("/")
SECURE = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "conduct.kernel",
    "conduct.documents",
    "conduct.audit",
    "conduct.agencies",
    "conduct.notices",
    "conduct.dossiers",
    "models_catalog",
    "conduct.commitments",
    "conduct.judgements",
    "surveys",
    "conduct.feedback",
    "conduct.oversight",
    "conduct.scores",
    "conduct.ratings",
    "conduct.reports",
    "conduct.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "conduct.kernel.middleware.ShortWayMiddleware",  # citizens' pages need nothing below
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "conduct.kernel.middleware.SignInAgainMiddleware",  # sees the redirect of the next one
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
# Beginnings of addresses whose public views are called before sessions, sign-in and the like.
SHORT_WAYS = ("/r/",)

ROOT_URLCONF = "conduct.urls"
WSGI_APPLICATION = "conduct.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "conduct.kernel.context.look",
                "conduct.notices.frame.shell",
            ],
        },
    },
]

# Database: the web and the workers are cm_app; `DATABASE_ROLE=owner` is for migrations alone.
OWNER = env.text("DATABASE_ROLE") == "owner"
DATABASE_URL = env.text("DATABASE_OWNER_URL" if OWNER else "DATABASE_URL")
if not DATABASE_URL:
    raise ImproperlyConfigured(
        "DATABASE_URL is not set and no embedded servers run. Start `make demo`, or see docs/operations.md."
    )
_address = env.database_address(DATABASE_URL)
_pool: dict[str, Any] = {"min_size": 1, "max_size": env.number("DATABASE_POOL", 8), "timeout": 10}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _address.name,
        "USER": _address.user,
        "PASSWORD": _address.password,
        "HOST": _address.host,
        "PORT": _address.port,
        # The threshold concerns kernel/prepared.py alone; all other statements are sent whole.
        "OPTIONS": {} if OWNER else {"pool": _pool, "prepare_threshold": 1},
    }
}

# Cache: loses rate limits when Valkey is away, never an answer (kernel/cache.py).
REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "conduct.kernel.cache.FailOpenCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1},  # seconds; a silent host must not hang a page
    }
}

# Celery is transport only; what must be done is a row, found by the sweep.
CELERY_BROKER_URL = env.broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 3, "socket_connect_timeout": 3, "max_retries": 1}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Two lanes: a worker takes from "bulk" (the lowest priority, 9) only while nothing waits in "celery"
# (receipts, mail, closings). Acknowledging late with a prefetch of 1, it holds no bulk work that waits.
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"celery": {}, "bulk": {}}
CELERY_TASK_ROUTES = {
    name: {"queue": "bulk", "priority": 9}
    for name in ("scores.run_chunk", "scores.nightly", "scores.run_what_if")
}
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
ROLLUP_LEASE_SECONDS = env.number("ROLLUP_LEASE_SECONDS", 120)
CELERY_BEAT_SCHEDULE = {
    "scores-sweep": {"task": "scores.sweep", "schedule": float(env.number("SWEEP_SECONDS", 60))},
    "notices-sweep": {"task": "notices.sweep", "schedule": 60.0},
    "commitments-sweep": {"task": "commitments.sweep", "schedule": 60.0},
    "commitments-prints": {"task": "commitments.sweep_prints", "schedule": 60.0},
    "commitments-morning": {"task": "commitments.morning", "schedule": crontab(hour="7", minute="30")},
    "commitments-promises": {
        "task": "commitments.promises_morning",
        "schedule": crontab(hour="7", minute="30"),
    },
    "commitments-journal": {
        "task": "commitments.journal_morning",
        "schedule": crontab(hour="7", minute="30"),
    },
    "dossiers-sweep": {"task": "dossiers.sweep", "schedule": 60.0},
    "reports-sweep": {"task": "reports.sweep", "schedule": 300.0},
    "surveys-sweep": {"task": "surveys.sweep", "schedule": 60.0},
    "feedback-sweep": {"task": "feedback.sweep", "schedule": 60.0},
    "feedback-apologies": {"task": "feedback.apologies_sweep", "schedule": 60.0},
    "feedback-apologies-morning": {
        "task": "feedback.apologies_morning",
        "schedule": crontab(hour="7", minute="30"),
    },
    "feedback-morning": {"task": "feedback.morning", "schedule": crontab(hour="7", minute="30")},
    "feedback-erasure": {"task": "feedback.erasure", "schedule": crontab(hour="2", minute="30")},
    "ratings-petitions": {
        "task": "ratings.petitions_morning",
        "schedule": crontab(hour="7", minute="30"),
    },
    "ratings-morning": {"task": "ratings.morning", "schedule": crontab(hour="7", minute="30")},
    "scores-nightly": {"task": "scores.nightly", "schedule": crontab(hour="1", minute="15")},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# People and sign-in
AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reports:today"
ACCOUNT_ADAPTER = "surveys.accounts.OfficeAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_DISPLAY = "conduct.kernel.accounts.display_name"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_FORMS = {
    "add_webauthn": "conduct.kernel.account_forms.AddKeyForm",
    "edit_webauthn": "conduct.kernel.account_forms.EditKeyForm",
}
MFA_TOTP_ISSUER = "Chuẩn Mực"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MAILERS = {"default": env.mailer()}
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "chuanmuc@localhost")

# Text messages go through a class with send(number, text); the default one writes files.
SMS_BACKEND = env.text("SMS_BACKEND") or "surveys.sms.FileSms"
SMS_FOLDER = Path(env.text("SMS_FOLDER", str(VAR_DIR / "sms")))

# Language, time, numbers
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = sorted(path for path in (BASE_DIR / "locale").iterdir() if path.is_dir())
FORMAT_MODULE_PATH = ["conduct.kernel.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
# Office hours, local time; promises are due within them (kernel/workdays.py).
WORKING_HOURS = env.words("WORKING_HOURS", "07:30-11:30,13:30-17:00")

# Static files: ours, and the chosen files of the npm packages
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
VENDOR_DIR = BASE_DIR / "node_modules"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "conduct.kernel.static_sources.VendorFinder",
]
TESTING = "pytest" in sys.modules
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(VAR_DIR / "media")))

# Safety
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE and env.flag("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # a health check comes from beside the server, without TLS
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
FILE_UPLOAD_HANDLERS = [
    "conduct.kernel.uploads.CappedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "conduct.kernel.logs.json_formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}},
}
