-- A comparison that was cut off goes on: what it needs for that, and who has it.

-- Traces of comparisons that are not done yet, by checksum, in parts of a megabyte.
create table trace (
    sha256 varchar(64) not null primary key,
    parts  integer     not null
);
create table trace_part (
    sha256 varchar(64) not null references trace (sha256),
    part   integer     not null,
    data   bytea       not null,
    primary key (sha256, part)
);

alter table comparison add column trace varchar(64);
-- The process that works on it, and until when nobody else may: it renews this while it works.
alter table comparison add column owner varchar(36);
alter table comparison add column lease_until timestamp(6) with time zone;

-- Earned by: "which comparisons are not done?", asked every few seconds.
create index comparison_status on comparison (status, id);
