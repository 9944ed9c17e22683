#!/bin/sh
# On the first start of the database: a role for Grafana that can read everything and write nothing, because whoever sees a
# dashboard can send SQL of his own through it.
set -eu
psql --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --set=ON_ERROR_STOP=1 \
  --set=password="$MMULAB_DASHBOARD_PASSWORD" <<'SQL'
create role dashboards login password :'password';
grant pg_read_all_data to dashboards;
SQL
