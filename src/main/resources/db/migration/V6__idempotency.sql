-- Changes that were asked for with an Idempotency-Key: asked again, they are not made again.
create table idempotency_key (
    idempotency_key varchar(100)                not null primary key,
    -- Of method, address and body: another request with the same key is refused.
    request_sha256  varchar(64)                 not null,
    machine         varchar(36)                 not null,
    -- The operations of the journal that hold the answer; 0 where the request made the machine.
    first_operation bigint                      not null,
    last_operation  bigint                      not null,
    created_at      timestamp(6) with time zone not null
);

-- Earned by: forgetting those that are older than a day.
create index idempotency_key_age on idempotency_key (created_at);
