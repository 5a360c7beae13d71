"""All settings, top to bottom, read from the environment. Per-tenant choices are rows, not settings.

In production, which is without DEBUG and MUSTER_DEMO, what is missing or unsafe stops the start with a
sentence. Every variable is described in docs/settings.md.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import SELF
from django.http.request import split_domain_port
from kombu import Queue
from whitenoise.compress import Compressor

from config import embedded
from config.env import Environment
from config.logs import configure_structlog, logging_config

env = Environment(os.environ)
env.refuse_former(FRESH_SECONDS="PAGE_CACHE_SECONDS", KEPT_MEGABYTES="PAGE_CACHE_MEGABYTES")
env.refuse_gone("SWEEP_SECONDS", "PERIODIC_SECONDS", why="What is due is found within seconds of its time by itself.")
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = env.flag("DEBUG", False)
DEMO = env.flag("MUSTER_DEMO", False)
PRODUCTION = not (DEBUG or DEMO)
SANDBOX = env.flag("MUSTER_SANDBOX", False)
if SANDBOX and PRODUCTION:
    env.refuse("MUSTER_SANDBOX needs MUSTER_DEMO or DEBUG: stand-ins never run in production.")
    SANDBOX = False
DATA_DIR = Path(env.text("MUSTER_DATA", str(BASE_DIR / "var"))).resolve()

# --- Secrets -----------------------------------------------------------------------------------
# What was signed with a fallback (links, sessions, tokens) is still taken; new things are signed with SECRET_KEY.
SECRET_KEY = env.secret("SECRET_KEY", None if PRODUCTION else "development-only-" * 4)
SECRET_KEY_FALLBACKS = env.secrets("SECRET_KEY_FALLBACKS")

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

# --- Where we are reached ------------------------------------------------------------------------
# The first main host, the site's own, is the canonical one. Tenants answer below it (`/<slug>/`), on
# `<slug>.<BASE_DOMAIN>` and on their own domains. Any other host is a 404 of the routing middleware,
# which is why Django's own check is left open.
PORT = env.number("PORT", 8000, least=1, most=65_535)
SITE_URL = env.site("SITE_URL", None if PRODUCTION else f"http://localhost:{PORT}")
SITE_HOST = split_domain_port(urlsplit(SITE_URL).netloc)[0] or "localhost"
MAIN_HOSTS = list(dict.fromkeys([SITE_HOST, *env.hosts("MAIN_HOSTS", "localhost,127.0.0.1,[::1]")]))
[BASE_DOMAIN, *_] = env.hosts("BASE_DOMAIN", "localhost" if SITE_HOST in LOOPBACK else SITE_HOST)
ALLOWED_HOSTS = ["*"]
HTTPS = SITE_URL.startswith("https://")
if DEBUG and HTTPS:
    env.refuse("DEBUG shows the inside of the program to everybody who meets an error: never with an https SITE_URL.")
if DEMO and HTTPS:
    env.refuse("The secrets and passwords of MUSTER_DEMO are well known: never with an https SITE_URL.")
if PRODUCTION and SITE_URL and not HTTPS and SITE_HOST not in LOOPBACK:
    env.refuse("SITE_URL must begin with https://: over http passwords and bookings travel in the open.")
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 1 if HTTPS else 0, least=0, most=10)
if HTTPS and not TRUSTED_PROXIES:
    env.refuse("TRUSTED_PROXIES must be 1 or more: https means a proxy, and without it all visitors share one limit.")
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]

# --- Apps ----------------------------------------------------------------------------------------
# Content types and Django's groups and permissions live in public only: a tenant's connection does
# not see public, and tenants do not use them (roles are in accounts/roles.py).
PER_TENANT = [
    "django.contrib.sessions",
    "shared_apps.timers",
    "shared_apps.accounts",
    "shared_apps.events",
    "shared_apps.files",
    "shared_apps.jobs",
    "shared_apps.lists",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
SHARED_APPS = [
    "shared_apps.operator",  # before django_tenants, some of whose commands it replaces
    "shared_apps.tenants",
    "django_tenants",
    "shared_apps.api",
    "shared_apps.web",
    "shared_apps.resilience",
    "shared_apps.core",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    *PER_TENANT,
    "allauth",
    "allauth.headless",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",  # the other one would set its own loaders
    "csp",
]
if SANDBOX or DEMO:
    SHARED_APPS.append("shared_apps.sandbox")
TENANT_APPS = [
    *PER_TENANT,
    "tenant_apps.branding",
    "tenant_apps.people",
    "tenant_apps.messaging",
    "tenant_apps.terms",
    "tenant_apps.catalogue",
    "tenant_apps.documents",
    "tenant_apps.ledger",
    "tenant_apps.payments",
    "tenant_apps.checkout",
    "tenant_apps.scheduling",
    "tenant_apps.questions",
    "tenant_apps.bookings",
    "tenant_apps.interest",
    "tenant_apps.certificates",
    "tenant_apps.reviews",
    "tenant_apps.materials",
    "tenant_apps.feeds",
    "tenant_apps.website",
    "tenant_apps.reports",
]
if DEMO:
    TENANT_APPS.append("tenant_apps.demo")
INSTALLED_APPS = [*SHARED_APPS, *(app for app in TENANT_APPS if app not in SHARED_APPS)]

# --- Tenancy -------------------------------------------------------------------------------------
TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
TENANT_CACHE_SECONDS = env.number("TENANT_CACHE_SECONDS", 5, least=0, most=3600)
PAGE_CACHE_SECONDS = env.number("PAGE_CACHE_SECONDS", 1, least=0, most=3600)  # how old a public answer may be
# Of public answers in each web process; 0 keeps none.
PAGE_CACHE_MEGABYTES = env.number("PAGE_CACHE_MEGABYTES", 0 if DEBUG else 8, least=0, most=4096)
SPARE_SCHEMAS = env.number("SPARE_SCHEMAS", 3, least=0, most=100)  # ready before anybody signs up
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
PG_DUMP = env.text("PG_DUMP", "pg_dump" if PRODUCTION else embedded.program("pg_dump"))

# --- Database ------------------------------------------------------------------------------------
# A web process borrows connections from a pool and gives them back soon: a backend's relation cache
# grows with every tenant it touches and is freed only when the connection ends.
DB_POOL = env.flag("DB_POOL", True)
ORIGINAL_BACKEND = "shared_apps.resilience.postgres"
DATABASES = {
    "default": {
        "ENGINE": "django_tenants.postgresql_backend",
        **env.database("DATABASE_URL", None if PRODUCTION else embedded.database_url(DATA_DIR)),
        "CONN_MAX_AGE": 0,
        "TEST": {"NAME": env.text("TEST_DATABASE", "test_muster")},
    }
}
DATABASES["default"]["OPTIONS"] = {
    # A line that is cut without a word is given up after eight to ten seconds.
    "connect_timeout": 4,
    "tcp_user_timeout": 8_000,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "application_name": "muster",
    # Statements that come again are planned once a connection, which halves what a booking costs Postgres.
    "server_side_binding": True,
    "prepare_threshold": 5,
    **DATABASES["default"].get("OPTIONS", {}),  # type: ignore[dict-item]
}
# Milliseconds; set on each connection after it is made, because PgBouncer refuses such startup parameters.
DATABASE_LIMITS = {"statement_timeout": 30_000, "lock_timeout": 10_000, "idle_in_transaction_session_timeout": 60_000}
POOL = {
    "min_size": 1,
    "max_size": env.number("DB_POOL_SIZE", 8, least=1, most=200),
    "max_lifetime": 300,  # seconds, less up to 5 %, so that they do not all end together
    "max_idle": 60,
    "timeout": 4,  # seconds until a request without a connection becomes a 503
    "reconnect_timeout": 1,  # then the next request tries; longer, and the pool would oversleep the server's return
}
if DB_POOL:
    DATABASES["default"]["OPTIONS"]["pool"] = POOL  # type: ignore[index]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache, sessions, messages ---------------------------------------------------------------------
REDIS_URL = env.redis("REDIS_URL", None if PRODUCTION else embedded.redis_url(DATA_DIR))
CACHES = {
    "default": {
        "BACKEND": "shared_apps.resilience.cache.ResilientCache",
        "LOCATION": f"{REDIS_URL}{'&' if '?' in REDIS_URL else '?'}db=1" if REDIS_URL.startswith("unix") else REDIS_URL,
        "KEY_FUNCTION": "shared_apps.tenants.context.cache_key",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shared_apps.web.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Requests --------------------------------------------------------------------------------------
MIDDLEWARE = [
    "shared_apps.web.middleware.request_log",
    "shared_apps.web.middleware.hsts_for_subdomains",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shared_apps.web.middleware.permissions_policy",
    "shared_apps.resilience.probes.probes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shared_apps.tenants.middleware.TenantMiddleware",
    "shared_apps.tenants.features.FeatureGuard",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shared_apps.web.middleware.personal_answers",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shared_apps.tenants.middleware.tenant_session_guard",
    "shared_apps.accounts.middleware.SuspendedTenant",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shared_apps.accounts.middleware.TooManyTries",
    "shared_apps.accounts.middleware.FormAgain",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shared_apps.web.middleware.DomainErrorMiddleware",
]
ROOT_URLCONF = "config.urls_public"
PUBLIC_SCHEMA_URLCONF = "config.urls_public"
TENANT_URLCONF = "config.urls_tenant"
API_URLCONF = "config.urls_api"
WSGI_APPLICATION = "config.wsgi.application"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = [
    "shared_apps.files.limits.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "frame-ancestors": ["'none'"],
    }
}

# --- Templates -------------------------------------------------------------------------------------
TEMPLATE_LOADERS = [  # with DEBUG each request reads what is written
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": TEMPLATE_LOADERS if DEBUG else [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "shared_apps.web.templatetags.cached_part",
                "shared_apps.web.templatetags.lines",
                "shared_apps.web.templatetags.translated",
                "shared_apps.web.templatetags.once",
                "shared_apps.web.templatetags.muster",
                "shared_apps.web.templatetags.pieces",
                "shared_apps.tenants.templatetags.features",
                "shared_apps.tenants.templatetags.clocks",
                "shared_apps.files.templatetags.files",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tenant_apps.branding.context_processors.site",
            ],
        },
    }
]
COTTON_DIR = "components"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Languages and times ---------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"  # absolute: a relative one would keep the first tenant's prefix for all
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
FILE_QUOTA_MEGABYTES = env.number("FILE_QUOTA_MEGABYTES", 2048, least=1, most=1_000_000)  # of each provider
BUCKET_NAME = env.text("BUCKET_NAME", "")  # empty: files are kept below MEDIA_ROOT, on a disk that all machines share
BUCKET_URL = env.url("BUCKET_URL", "")  # empty: Amazon's own
BUCKET_REGION = env.text("BUCKET_REGION", "eu-west-2")
BUCKET_KEY = env.text("BUCKET_KEY", "")
BUCKET_SECRET = env.text("BUCKET_SECRET", "")
if BUCKET_NAME and not (BUCKET_KEY and BUCKET_SECRET):
    env.refuse("BUCKET_NAME needs BUCKET_KEY and BUCKET_SECRET.")
STATIC_MANIFEST = env.flag("STATIC_MANIFEST", not DEBUG)  # off: files are served from where they are written
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_MANIFEST
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
STORAGES = {
    "default": {"BACKEND": f"shared_apps.files.{'bucket.TenantBucket' if BUCKET_NAME else 'storage.TenantFiles'}"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Rate limits -----------------------------------------------------------------------------------
# `make attack` turns them off, since whoever is turned away at the door finds nothing behind it.
RATE_LIMITS = env.flag("RATE_LIMITS", True)
if PRODUCTION and not RATE_LIMITS:
    env.refuse("RATE_LIMITS may be off with MUSTER_DEMO or DEBUG, never in production.")

# --- Accounts --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # emails are unique whatever their case, by a constraint
    "security.W021",  # whether to be on the browsers' preload lists is for the owner of the domain to decide
    "security.W005",  # HSTS covers the subdomains of our own hosts only: web.middleware.hsts_for_subdomains
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "shared_apps.accounts.validators.LettersAndDigitsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "shared_apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "shared_apps.accounts.forms.SignupDetails"
ACCOUNT_FORMS = {
    "login": "shared_apps.accounts.reset_forms.SignIn",
    "signup": "shared_apps.accounts.signup_forms.Signup",
    "change_password": "shared_apps.accounts.reset_forms.ChangedPassword",
    "reset_password": "shared_apps.accounts.reset_forms.ForgottenPassword",
    "reset_password_from_key": "shared_apps.accounts.reset_forms.NewPassword",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Confirmation keys are rows of the tenant's schema, so a key of one tenant means nothing at another.
ACCOUNT_EMAIL_CONFIRMATION_HMAC = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "shared_apps.accounts.password_reset.TenantPasswordResetTokens"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Beyond allauth's own: each of these can make us write to an address that may be anybody's.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = (
    {
        "signup": "20/m/ip,40/h/ip,120/d/ip",
        "reset_password": "20/m/ip,40/h/ip,120/d/ip,5/m/key,12/d/key",
        "confirm_email": "1/180s/key,12/d/key",
        "manage_email": "10/m/user,30/h/user,60/h/ip",  # each address that is added is written to
        # allauth's key is an address at a network with us (`AccountAdapter`); this one is the address alone.
        "login_failed": "10/m/ip,5/300s/key",
        "login_failed_anywhere": "100/h/key",
    }
    if RATE_LIMITS
    else False
)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "shared_apps.accounts.adapter.MFAAdapter"
USERSESSIONS_TRACK_ACTIVITY = False
HEADLESS_TOKEN_STRATEGY = "allauth.headless.tokens.strategies.jwt.JWTTokenStrategy"
HEADLESS_JWT_ALGORITHM = "HS256"
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True
HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = 900
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = 14 * 24 * 3600
HEADLESS_CLIENTS = ["app"]

# --- API -------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["shared_apps.accounts.authentication.TenantJWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["shared_apps.api.permissions.NamedPermission"],
    "DEFAULT_RENDERER_CLASSES": ["shared_apps.api.renderers.CamelCaseJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shared_apps.api.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "shared_apps.api.paging.Pages",
    "DEFAULT_FILTER_BACKENDS": ["shared_apps.api.strict.FilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "shared_apps.api.openapi.Schema",
    "EXCEPTION_HANDLER": "shared_apps.api.problems.problem_handler",
    "DEFAULT_THROTTLE_RATES": {
        "auth": "20/min" if RATE_LIMITS else "1000000/min",
        "public": "60/min" if RATE_LIMITS else "1000000/min",
        "ask_provider": "20/min" if RATE_LIMITS else "1000000/min",
    },
    "NUM_PROXIES": TRUSTED_PROXIES,
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Muster API",
    "DESCRIPTION": "Courses, sessions, bookings and payments of one provider.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "CAMELIZE_NAMES": False,
    "ENUM_NAME_OVERRIDES": {
        "BookingStatus": "tenant_apps.bookings.models.BookingStatus",
        "OrderStatus": "tenant_apps.payments.models.OrderStatus",
        "PaymentStatus": "tenant_apps.payments.models.PaymentStatus",
        "SessionStatus": "tenant_apps.scheduling.models.SessionStatus",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "drf_spectacular.contrib.djangorestframework_camel_case.camelize_serializer_fields",
        "shared_apps.api.openapi_types.tell_types",
        "shared_apps.api.openapi_links.add_links",
    ],
}

# --- Stripe ----------------------------------------------------------------------------------------
SANDBOX_URL = env.url("SANDBOX_URL", f"http://127.0.0.1:{PORT + 1}/sandbox")  # where our servers call it
SANDBOX_PUBLIC_URL = env.url("SANDBOX_PUBLIC_URL", f"{SITE_URL}/sandbox" if SITE_URL else "")  # where a browser is
STRIPE_API_BASE = env.url("STRIPE_API_BASE", f"{SANDBOX_URL}/stripe" if SANDBOX else "")  # empty: Stripe itself
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY", "sk_test_sandbox" if SANDBOX else "")
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET", "whsec_sandbox" if SANDBOX else "")
STRIPE_TIMEOUT = env.number("STRIPE_TIMEOUT", 4, least=1, most=60)  # seconds for one try; there are two
STRIPE_PAUSE = env.number("STRIPE_PAUSE", 10, least=0, most=3600)  # seconds it is left alone after it did not answer
if PRODUCTION and STRIPE_SECRET_KEY:
    if not STRIPE_SECRET_KEY.startswith(("sk_", "rk_")):
        env.refuse("STRIPE_SECRET_KEY must be a secret key of Stripe: it begins with sk_ or rk_.")
    if not STRIPE_WEBHOOK_SECRET.startswith("whsec_"):
        env.refuse(
            "STRIPE_WEBHOOK_SECRET must be set too, or nothing that Stripe tells is believed; it begins with whsec_."
        )
    if STRIPE_API_BASE:
        env.refuse("STRIPE_API_BASE is for stand-ins: in production the secret key is for Stripe itself only.")

# --- SMS, WhatsApp, Telegram, notifications of browsers ----------------------------------------------
# Accounts at Twilio and bots are each provider's own; the key for notifications is the installation's.
TWILIO_API_BASE = env.url("TWILIO_API_BASE", f"{SANDBOX_URL}/twilio" if SANDBOX else "")  # empty: Twilio itself
TELEGRAM_API_BASE = env.url("TELEGRAM_API_BASE", f"{SANDBOX_URL}/telegram" if SANDBOX else "")
CHANNEL_TIMEOUT = env.number("CHANNEL_TIMEOUT", 4, least=1, most=60)  # seconds
CHANNEL_PAUSE = env.number("CHANNEL_PAUSE", 10, least=0, most=3600)  # seconds, as STRIPE_PAUSE
SANDBOX_VAPID_KEY = "y5xHDXXpel3gWjolvFOyZizyfLLkENz618PxJyNI8aI"  # known to everybody
VAPID_PRIVATE_KEY = env.curve_key("VAPID_PRIVATE_KEY", SANDBOX_VAPID_KEY if SANDBOX else "")
if PRODUCTION and VAPID_PRIVATE_KEY == SANDBOX_VAPID_KEY:
    env.refuse(
        "VAPID_PRIVATE_KEY is one that everybody knows: take it away, then make one with "
        "`python manage.py make_vapid_key`."
    )
if PRODUCTION:
    for name, base in (("TWILIO_API_BASE", TWILIO_API_BASE), ("TELEGRAM_API_BASE", TELEGRAM_API_BASE)):
        if base:
            env.refuse(f"{name} is for stand-ins: in production the tokens are for the service itself only.")

# --- Email -----------------------------------------------------------------------------------------
SMTP = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "shared_apps.sandbox.mailbox.MailboxBackend" if SANDBOX else SMTP)
if EMAIL_BACKEND.startswith("shared_apps.sandbox.") and not SANDBOX:
    env.refuse("EMAIL_BACKEND is the stand-in's mailbox, from which nothing leaves: it needs MUSTER_SANDBOX.")
EMAIL_HOST = env.text("EMAIL_HOST", None if PRODUCTION and EMAIL_BACKEND == SMTP else "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25, least=1, most=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465  # where TLS comes first
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", EMAIL_PORT == 587)
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    env.refuse("EMAIL_USE_TLS begins TLS on a line that is open already; port 465 begins with TLS: leave it out.")
if PRODUCTION and EMAIL_HOST_PASSWORD and not (EMAIL_USE_TLS or EMAIL_USE_SSL or EMAIL_HOST in LOOPBACK):
    env.refuse("EMAIL_USE_TLS must be set: EMAIL_HOST_PASSWORD would travel in the open.")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.mailbox("DEFAULT_FROM_EMAIL", None if PRODUCTION else "bookings@muster.test")
CONTACT_EMAIL = env.mailbox("CONTACT_EMAIL", "" if PRODUCTION else "hello@muster.test")  # on the platform's home
if VAPID_PRIVATE_KEY and not CONTACT_EMAIL:
    env.refuse("CONTACT_EMAIL must be set too: with VAPID_PRIVATE_KEY, push services are told whom to write to.")

# --- Jobs ------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) if REDIS_URL.startswith("unix") else REDIS_URL
# Three queues, so that no email waits behind other tasks or what comes again by itself. A worker that is told nothing
# takes from all of them in turn.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("prompt"), Queue("periodic")]
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # what is taken ahead can't be done by a neighbour who is free
CELERY_BEAT_SCHEDULE = {
    "due": {"task": "timers.find_due", "schedule": 2, "options": {"expires": 2}},
    "spares": {"task": "shared_apps.tenants.tasks.keep_spares", "schedule": 60, "options": {"expires": 60}},
    "everywhere": {"task": "timers.look_everywhere", "schedule": crontab(minute=17)},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for as long as it takes
CELERY_BROKER_CONNECTION_TIMEOUT = 1
# The row of a task that could not be sent is found when it is due: no request waits for the broker, or tries twice.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}

# For how many days what only grows is kept, once it is over; `timers.retention` says what becomes of it then.
KEPT_DAYS = {
    "answers to idempotent requests": 7,
    "deliveries that were made": 30,
    "timers that have gone off": 30,
    "webhooks that were processed": 90,
    "texts of emails that were sent": 180,
    "notices": 400,
    "links to a chat": 1,
    "calendar links that ended": 90,
    "sign-ins that ended": 0,
    "files of nobody": 1,
    "answers of bookings that ended": 30,
    "files of holds that ran out": 1,
    "files that attendees sent": 90,
    "answers of attendees": 730,
    "jobs that are over": 7,
    "guardians and health of under-18s": 60,
    "guardians and health of bookings that ended": 30,
}

# --- Logs ------------------------------------------------------------------------------------------
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = logging_config(LOG_LEVEL)
configure_structlog()

ENVIRONMENT = env.names  # every variable that was asked for; a test compares it with docs/settings.md
env.finish()
