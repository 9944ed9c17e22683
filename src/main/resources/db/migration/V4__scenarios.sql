-- Scenarios that users posted, and runs of scenarios. The scenarios of the program are in its resources.

create table scenario (
    id         varchar(32)                 not null primary key,
    -- As .mm text, header included: what was posted, or the same made of JSON.
    source     text                        not null,
    created_at timestamp(6) with time zone not null
);

create table scenario_run (
    id           varchar(36)                 not null primary key,
    -- Null for a run of the whole catalogue.
    scenario     varchar(32),
    status       varchar(16)                 not null,
    request_json text                        not null,
    result_json  text,
    problem      text,
    created_at   timestamp(6) with time zone not null,
    finished_at  timestamp(6) with time zone
);
