-- Earned by: "the page of events stored since then", in order of machine: it begins at the first machine that changed since, and
-- looking for that one read every row of this table before it.
create index machine_changed on machine (number, changed_at);
