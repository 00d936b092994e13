package dev.rejoinder.testkit.users;

/**
 * How a user shows what they feel. The chances are of one reaction each.
 *
 * @param wrongComplaint of complaining about a reply that is as they like it
 * @param falseThanks of thanking politely for one that is not
 * @param silence of going on to another question without a word about the reply
 * @param typo of a slip in a message
 */
public enum Temperament {
    EVEN(0, 0, 0.05, 0.05),
    NOISY(0.1, 0.1, 0.1, 0.25),
    TERSE(0, 0, 0.05, 0.15),
    POLITE(0, 0.05, 0.05, 0),
    WANDERING(0, 0, 0.3, 0.1);

    final double wrongComplaint;
    final double falseThanks;
    final double silence;
    final double typo;

    Temperament(double wrongComplaint, double falseThanks, double silence, double typo) {
        this.wrongComplaint = wrongComplaint;
        this.falseThanks = falseThanks;
        this.silence = silence;
        this.typo = typo;
    }
}
