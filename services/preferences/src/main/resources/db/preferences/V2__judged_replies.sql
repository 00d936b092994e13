-- The newest judged replies, for whoever learns what satisfies.
create index judged_signals_by_time on preferences.signals (seen_at desc, event_id)
    where payload is not null and (satisfied or dissatisfied);
