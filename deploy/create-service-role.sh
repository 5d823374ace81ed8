#!/bin/sh
# Run by PostgreSQL's image once, on an empty volume: a database of the service's own, and a role that owns it and nothing else.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$SERVICE_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE gongchuang LOGIN PASSWORD :'password';
CREATE DATABASE gongchuang OWNER gongchuang;
REVOKE ALL ON DATABASE gongchuang FROM PUBLIC;
SQL
