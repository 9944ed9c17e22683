-- As a migration that makes an index of a hundred million rows: nothing is heard of the server meanwhile.
select pg_sleep(2);
