-- A user's wish that a comparison ends, for whichever process works on it.
alter table comparison add column cancel_requested boolean default false not null;
