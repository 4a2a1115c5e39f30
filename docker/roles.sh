#!/bin/sh
# Runs once, when the database volume is empty: the three roles of the house and their database. What tables
# grant to them is a migration's business (conduct/audit).
set -eu

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    -v owner="$CM_OWNER_PASSWORD" -v app="$CM_APP_PASSWORD" -v read="$CM_READ_PASSWORD" <<'SQL'
CREATE ROLE cm_owner LOGIN PASSWORD :'owner';
CREATE ROLE cm_app LOGIN PASSWORD :'app';
CREATE ROLE cm_read LOGIN PASSWORD :'read';
-- With the locale C, ILIKE would silently miss 'ĐẶNG' for 'đặng'.
CREATE DATABASE conduct OWNER cm_owner TEMPLATE template0 ENCODING 'UTF8'
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C';
REVOKE CONNECT ON DATABASE conduct FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE conduct TO cm_app;
GRANT CONNECT ON DATABASE conduct TO cm_read;
\connect conduct
ALTER SCHEMA public OWNER TO cm_owner;
GRANT USAGE ON SCHEMA public TO cm_app, cm_read;
SQL
