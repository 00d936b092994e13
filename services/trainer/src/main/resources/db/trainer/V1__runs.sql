-- One row a run: its message as JSON, and beside it what is searched.
create table trainer.run (
    run_id        text primary key,
    state         text        not null,
    finished      boolean     not null,
    -- Place in the stream of pairs a registered or refused run has used; 0 for every other.
    used_position bigint      not null,
    created_at    timestamptz not null,
    changed_at    timestamptz not null,
    run           jsonb       not null
);

create index run_open on trainer.run (created_at, run_id) where not finished;
create index run_finished on trainer.run (changed_at) where finished;
create index run_newest on trainer.run (created_at desc, run_id desc);

-- States that are not yet on the topic, in the order they were reached.
create table trainer.outbox (
    sequence bigint generated always as identity primary key,
    run_id   text  not null,
    event    bytea not null
);
