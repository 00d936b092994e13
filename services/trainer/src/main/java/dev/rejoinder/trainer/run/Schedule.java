package dev.rejoinder.trainer.run;

/**
 * The learning rate over a run: a linear rise, then constant or half a cosine down to 0 (Loshchilov
 * and Hutter 2017, without restarts).
 *
 * @param peak the learning rate, in (0, 1]
 * @param warmup share of all steps over which it rises, 0 to 1
 */
public record Schedule(double peak, double warmup, Shape shape) {
    /** What comes after the rise. */
    public enum Shape {
        CONSTANT,
        COSINE;

        /**
         * @throws IllegalArgumentException if there is no such shape
         */
        public static Shape of(String name) {
            return switch (name) {
                case "constant" -> CONSTANT;
                case "cosine" -> COSINE;
                default ->
                        throw new IllegalArgumentException(
                                "schedule of \""
                                        + name
                                        + "\" is unknown; use \"constant\" or \"cosine\"");
            };
        }
    }

    public Schedule {
        if (!(peak > 0 && peak <= 1))
            throw new IllegalArgumentException(
                    "learning_rate of " + peak + " is outside (0, 1]; 1e-4 is usual for LoRA");
        if (!(warmup >= 0 && warmup <= 1))
            throw new IllegalArgumentException("warmup of " + warmup + " is outside 0 to 1");
    }

    /**
     * @param step 0 for the first
     * @param total steps of the run
     */
    public double at(int step, int total) {
        int rising = (int) Math.round(warmup * total);
        if (step < rising) return peak * (step + 1) / rising;
        return switch (shape) {
            case CONSTANT -> peak;
            case COSINE -> {
                double done = (double) (step - rising) / Math.max(1, total - rising);
                yield peak * 0.5 * (1 + Math.cos(Math.PI * done));
            }
        };
    }
}
