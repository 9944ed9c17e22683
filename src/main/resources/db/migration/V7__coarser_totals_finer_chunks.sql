-- Questions over a history of a hundred million events, made fast by what was seen at that size.

-- Totals without address spaces: a trace of many processes had a seventh as many totals as events, and the number of an
-- address space means something within one machine only, whose rows lie together.
drop view event_total_named;
alter table event_total rename to event_total_v6;
create table event_total (
    machine     bigint                      not null,
    from_minute timestamp(6) with time zone not null,
    kind        integer                     not null,
    -- Empty where there is none: it is part of the key.
    subscriber  varchar(64)                 not null,
    events      bigint                      not null,
    entries     bigint                      not null,
    -- Pages of 4 KiB in the ranges; those that mean a whole address space count nothing.
    pages       bigint                      not null,
    primary key (machine, from_minute, kind, subscriber)
);
insert into event_total (machine, from_minute, kind, subscriber, events, entries, pages)
select machine, from_minute, kind, subscriber, sum(events), sum(entries), sum(pages)
from event_total_v6 group by machine, from_minute, kind, subscriber;
drop table event_total_v6;

create view event_total_named as
select m.id as machine, m.comparison, m.architecture, m.kernel_version, m.kernel_design, m.device_model, t.from_minute,
    k.phase, k.event_type, k.blockable, k.cause, nullif(t.subscriber, '') as subscriber, k.reaction, k.violation, t.events,
    t.entries, t.pages
from event_total t join machine m on m.number = t.machine join event_kind k on k.id = t.kind;

-- event_chunk has a row for at most 512 events from now on, so that who looks for a time reads few events. Rows of earlier
-- versions, for at most 4096, stay. It could not tell who has events of an operation: most operations have none.
-- Earned by: "which events are of this operation, on whichever machine?"
create index notifier_event_operation on notifier_event (operation, machine, seq);

-- Earned by: "the next page of events that touch this address": the streams of the ranges that do. Without the ranges in the
-- index, those who share a cell with them were read too, and in a busy cell these are millions.
drop index notifier_event_cell;
create index notifier_event_range on notifier_event (range_cell, range_start, range_end, machine, seq);

-- Storing events changes a machine: so far only operations did, and the cells of comparisons kept the time when they were made.
update machine set changed_at = (select max(c.recorded_at) from event_chunk c where c.machine = machine.number)
where exists (select 1 from event_chunk c where c.machine = machine.number and c.recorded_at > machine.changed_at);
