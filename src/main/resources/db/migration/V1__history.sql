-- What the laboratory remembers: machines, their journals, and what their kernels told the other MMUs.
-- Runs unchanged on H2 and on PostgreSQL. Addresses are unsigned 64-bit numbers in signed columns: -1 is the largest.

create table comparison (
    id           varchar(36)                 not null primary key,
    status       varchar(16)                 not null,
    request_json text                        not null,
    result_json  text,
    problem_json text,
    created_at   timestamp(6) with time zone not null,
    finished_at  timestamp(6) with time zone
);

create table machine (
    id             varchar(36)                 not null primary key,
    name           varchar(200),
    kind           varchar(16)                 not null,
    comparison     varchar(36) references comparison (id),
    architecture   varchar(64)                 not null,
    kernel_version varchar(64)                 not null,
    kernel_design  varchar(64)                 not null,
    device_model   varchar(64),
    spec_json      text                        not null,
    created_at     timestamp(6) with time zone not null,
    -- Number of the last operation and of the last event; a writer that finds another number here is not the only one.
    operations     bigint                      not null,
    last_event     bigint                      not null
);

-- Earned by: the machines, and so the events, of one comparison.
create index machine_comparison on machine (comparison);

create table operation (
    machine      varchar(36)                 not null references machine (id),
    seq          bigint                      not null,
    kind         varchar(32)                 not null,
    request_json text                        not null,
    outcome_json text                        not null,
    faults       bigint                      not null,
    simulated_ns bigint                      not null,
    -- State of the machine after the last operation of a request; null within a request.
    digest       bigint,
    recorded_at  timestamp(6) with time zone not null,
    primary key (machine, seq)
);

create table notifier_event (
    machine       varchar(36)                 not null,
    seq           bigint                      not null,
    operation     bigint                      not null,
    simulated_ns  bigint                      not null,
    recorded_at   timestamp(6) with time zone not null,
    address_space integer                     not null,
    phase         varchar(32)                 not null,
    event_type    varchar(32),
    range_start   bigint                      not null,
    range_end     bigint                      not null,
    blockable     boolean                     not null,
    cause         varchar(64)                 not null,
    subscriber    varchar(64),
    reaction      varchar(32),
    entries       integer                     not null,
    violation     varchar(32),
    -- A chunk that is written twice is refused.
    primary key (machine, seq)
);

-- Earned by: "what did operation 7 of this machine make the kernel say?"
create index notifier_event_operation on notifier_event (machine, operation, seq);

-- Earned by: "which machines broke this rule?", over all machines.
create index notifier_event_violation on notifier_event (violation, machine, seq);
