-- Architectures, kernel designs and device models that users posted. Machines keep what they were built from, so nothing
-- refers to these rows.

create table definition (
    kind            varchar(32)                 not null,
    name            varchar(64)                 not null,
    definition_json text                        not null,
    created_at      timestamp(6) with time zone not null,
    primary key (kind, name)
);
