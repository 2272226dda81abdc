-- A file of rejects is written as the file that the rows came from.
alter table offboarding.list_file
  add delimiter       text    not null default ',' check (length(delimiter) = 1),
  add delimiter_named boolean not null default false;
