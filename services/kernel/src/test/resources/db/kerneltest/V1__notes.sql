create table kerneltest.note (id text primary key);
