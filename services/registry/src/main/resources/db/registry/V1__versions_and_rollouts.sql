-- A model and the revision of its routing table. Its row is locked by every change.
create table registry.model (
    model_id text primary key,
    base_digest text not null,
    revision bigint not null,
    changed_at timestamptz not null,
    -- Newest revision that the brokers have acknowledged; below revision: to be published.
    acknowledged bigint not null default 0
);

create table registry.version (
    model_id text not null references registry.model,
    number int not null,
    name text not null,
    adapter_digest text not null,
    artifact_uri text not null,
    run_id text not null,
    dataset_digest text not null,
    pairs int not null,
    pair_ids text[] not null,
    signal_ids text[] not null,
    turn_ids text[] not null,
    parent_version text not null,
    -- Order of registration over all models, for paging.
    position bigint generated always as identity unique,
    primary key (model_id, number),
    unique (model_id, name),
    unique (model_id, adapter_digest)
);

-- Finds the versions that were trained on a turn.
create index version_turns on registry.version using gin (turn_ids);

-- What a version went through; the last row is its stage.
create table registry.stage_change (
    model_id text not null,
    number int not null,
    step int not null,
    stage text not null check (stage in ('candidate', 'canary', 'champion', 'retired', 'rejected')),
    -- Of a canary.
    share double precision,
    -- Of a champion, and of a retired one: the revision that had made it champion.
    since bigint,
    changed_at timestamptz not null,
    reason text not null,
    primary key (model_id, number, step),
    foreign key (model_id, number) references registry.version
);

-- A canary against a champion, named by the revision that began it.
create table registry.trial (
    model_id text not null references registry.model,
    revision bigint not null,
    canary text not null,
    champion text not null,
    began_at timestamptz not null,
    ended boolean not null default false,
    primary key (model_id, revision)
);

create unique index one_trial_at_a_time on registry.trial (model_id) where not ended;

-- Confident signals of a trial, each once.
create table registry.evidence (
    event_id text primary key,
    model_id text not null,
    trial bigint not null,
    version text not null,
    outcome text not null check (outcome in ('SAT', 'DSAT', 'NEITHER')),
    detected_at timestamptz not null,
    foreign key (model_id, trial) references registry.trial
);

create index evidence_by_trial on registry.evidence (model_id, trial, version, outcome);
