-- Recent turns, so that a follow-up finds the reply it speaks of.
create table signals.turn (
    turn_id       text primary key,
    history_chain text        not null,
    reply_chain   text        not null,
    answered_at   timestamptz not null,
    -- TurnRecorded without its tokens (Protobuf).
    body          bytea       not null
);

create index turn_by_reply_chain on signals.turn (reply_chain);
create index turn_by_history_chain on signals.turn (history_chain);
create index turn_by_age on signals.turn (answered_at);
