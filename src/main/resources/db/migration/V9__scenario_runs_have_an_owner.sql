-- A run of scenarios belongs to a process while it lasts: another one leaves it alone until its owner stops renewing.
alter table scenario_run add column owner varchar(36);
alter table scenario_run add column lease_until timestamp(6) with time zone;
alter table scenario_run add column cancel_requested boolean default false not null;

-- Earned by: "which runs are not done?", asked every few seconds.
create index scenario_run_status on scenario_run (status, id);
