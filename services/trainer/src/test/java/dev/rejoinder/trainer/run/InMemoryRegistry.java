package dev.rejoinder.trainer.run;

import dev.rejoinder.kernel.error.Refusal;
import java.util.ArrayList;
import java.util.List;

/** A registry that takes everything, after having been away for some calls. */
final class InMemoryRegistry implements CandidateRegistry {
    private final List<Candidate> candidates = new ArrayList<>();
    private int away;

    InMemoryRegistry awayFor(int calls) {
        away = calls;
        return this;
    }

    List<Candidate> candidates() {
        return candidates;
    }

    @Override
    public Champion champion(String modelId) {
        knock();
        return Champion.base();
    }

    @Override
    public String register(Candidate candidate) {
        knock();
        candidates.add(candidate);
        return "v" + candidates.size();
    }

    private void knock() {
        if (away-- > 0) throw Refusal.unavailable("the registry is away");
    }
}
