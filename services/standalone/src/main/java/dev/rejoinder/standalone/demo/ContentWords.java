package dev.rejoinder.standalone.demo;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a reply speaks of what it was asked about, by the plainest measure there is. */
final class ContentWords {
    private static final Set<String> FUNCTION =
            Set.of(
                    ("a an the and or but of to in on at for from by with as into over out up off"
                                    + " is are was were be been do does did done have has had can"
                                    + " could should would will may might must how what why who when"
                                    + " where which whose i me my mine you your he she it its this"
                                    + " that these those they them their we us our not no so if about"
                                    + " there here than then too very just some any all each one get"
                                    + " gets make makes made need needs s t")
                            .split(" "));

    private ContentWords() {}

    static Set<String> of(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^a-z]+"))
                .filter(w -> !w.isEmpty() && !FUNCTION.contains(w))
                .collect(Collectors.toSet());
    }

    static boolean shared(String prompt, String reply) {
        Set<String> words = of(prompt);
        words.retainAll(of(reply));
        return !words.isEmpty();
    }
}
