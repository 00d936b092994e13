package dev.rejoinder.trainer.run;

/**
 * How far a run has come.
 *
 * @param step steps made
 * @param totalSteps steps planned
 * @param trainingSeconds in steps, over all attempts
 * @param resumes how often the run was taken up again
 */
public record Progress(int step, int totalSteps, Curve curve, double trainingSeconds, int resumes) {
    public Progress {
        if (step < 0 || step > totalSteps)
            throw new IllegalArgumentException("step " + step + " is outside 0 to " + totalSteps);
    }

    static Progress planned(int totalSteps) {
        return new Progress(0, totalSteps, Curve.empty(), 0, 0);
    }

    Progress resumed(int times) {
        return new Progress(step, totalSteps, curve, trainingSeconds, times);
    }

    Progress with(Curve.Step made) {
        return new Progress(
                made.step(),
                totalSteps,
                curve.with(made),
                trainingSeconds + made.seconds(),
                resumes);
    }

    /** Back to a checkpoint: the seconds stay spent, the steps after it are made again. */
    Progress resumedAt(int checkpoint) {
        return new Progress(
                checkpoint, totalSteps, curve.upTo(checkpoint), trainingSeconds, resumes + 1);
    }
}
