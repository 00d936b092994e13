-- Every signal that came by. The texts (payload) are kept only with the user's consent.
create table preferences.signals (
    event_id          text primary key,
    turn_id           text        not null,
    follow_up_turn_id text        not null,
    detector          text        not null,
    dissatisfied      boolean     not null,
    satisfied         boolean     not null,
    payload           bytea,
    seen_at           timestamptz not null,
    -- Set together with the pairs and rejections it caused: what came of it is then final.
    settled           boolean     not null default false
);
-- The two ways to the other half of a natural retry.
create index signals_by_turn on preferences.signals (turn_id);
create index signals_by_follow_up_turn on preferences.signals (follow_up_turn_id);

-- What may be trained on. Positions are given under a lock, so that they become visible in order.
create table preferences.pairs (
    pair_id       text primary key,
    position      bigint generated always as identity unique,
    event_id      text        not null unique,
    cause         text        not null references preferences.signals (event_id),
    origin        text        not null,
    user_key      text        not null,
    prompt_digest text        not null,
    payload       bytea       not null
);
create index pairs_by_cause on preferences.pairs (cause);
create index pairs_by_user on preferences.pairs (user_key);
create index pairs_by_prompt on preferences.pairs (prompt_digest);

-- What was dropped, without its texts.
create table preferences.rejections (
    event_id text primary key,
    cause    text  not null references preferences.signals (event_id),
    reason   text  not null,
    payload  bytea not null
);
create index rejections_by_cause on preferences.rejections (cause);
