package dev.rejoinder.preferences.curation;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Tells replies that speak about the request, or about the assistant, from replies that answer. A
 * chosen reply stands after the first prompt alone, where nobody has complained yet: an apology, a
 * promise or "here is another version" would teach the model to talk so.
 *
 * <p>Four views, none of which knows what was wished for:
 *
 * <ul>
 *   <li>Phrases in which assistants speak about themselves, about the user's message or about
 *       another version of the text. A phrase that the rejected reply or the prompt uses too (a
 *       letter in the first person, a note of apology) belongs to the answer and does not count.
 *   <li>{@link Echo}: words that can only come from the follow-up.
 *   <li>Straying: several words of content, none of which the prompt or the first reply has.
 *   <li>The prompt given back: a question without a word of content that the prompt does not have.
 * </ul>
 */
public final class MetaTalk {
    /** How a phrase found in the reply may be excused by the same in the rejected reply. */
    private enum Excuse {
        /** Any phrase of the same kind. */
        KIND,
        /** The same words. */
        WORDS
    }

    private record Talk(Pattern phrases, Excuse excuse) {
        boolean isIn(String reply, String context) {
            return phrases.matcher(reply)
                    .results()
                    .map(MatchResult::group)
                    .anyMatch(found -> !isExcused(found, context));
        }

        private boolean isExcused(String found, String context) {
            return switch (excuse) {
                case KIND -> phrases.matcher(context).find();
                case WORDS ->
                        context.toLowerCase(Locale.ROOT)
                                .contains(found.toLowerCase(Locale.ROOT).strip());
            };
        }
    }

    private static final String NOUN =
            "(?:answer|response|reply|version|explanation|question|request|message|feedback|comment"
                    + "|query|preferences?|concerns?|summary|instructions?)";

    private static final List<Talk> TALKS =
            List.of(
                    talk(
                            Excuse.WORDS,
                            // Regret, in the languages most often met.
                            "\\b(?:sorry|apolog\\w*|my (?:bad|mistake|fault)|forgive me|pardon)\\b",
                            "\\b(?:entschuldig\\w*|tut mir leid|désolée?|lo siento|perdón|desculpe"
                                    + "|mi dispiace)\\b"),
                    talk(
                            Excuse.WORDS,
                            // Taking note: an interjection before anything is said.
                            "^\\W*(?:sure|of course|certainly|absolutely|definitely|ok(?:ay)?|al"
                                    + "right|all right|great|awesome|perfect|wow|oops|oh|ah|hm+"
                                    + "|got it|understood|noted|right|yes|no problem|no worries"
                                    + "|fair (?:enough|point)|good (?:point|catch|idea)|just right"
                                    + "|thanks?(?: you)?|will do)\\b\\s*[.,!:;–—-]",
                            "\\bthank(?:s| you)\\b.{0,20}\\b(?:for|your)\\b",
                            "\\byou(?:'re| are) (?:absolutely |quite |totally )?(?:right|correct"
                                    + "|welcome|looking for|asking|referring)\\b",
                            "\\byou(?:'ve| have)? (?:just |already )?(?:asked|said|wanted|requested"
                                    + "|mentioned|pointed out|got your|answered)\\b"),
                    talk(
                            Excuse.WORDS,
                            // The request, an earlier text or another version of it.
                            "\\b(?:your|the user's|(?:that|this)(?= question| request)) (?:\\w+ )?"
                                    + NOUN
                                    + "\\b",
                            "\\bthe user(?:'s)?\\b",
                            "\\b(?:an?|the|my|this|another) (?:[\\w-]+ ){1,3}version\\b",
                            "\\b(?:my|(?:previous|earlier|above|original|last|prior|first|revised"
                                    + "|updated|improved|new)) (?:answer|response|reply|version"
                                    + "|message|explanation)\\b",
                            "\\bhere(?:'s| is|'re| are) (?:[\\w-]+ ){0,5}" + NOUN + "\\b",
                            // A frame: what follows is put in another way than before.
                            "^\\W*in (?:[\\w-]+ ){1,2}(?:words|terms|way)\\b",
                            "^\\W*(?:so )?the (?:\\w+ )?answer(?: to [^.:!?\\n]{1,40})? (?:is|lies"
                                    + "|would be)\\b",
                            "\\b(?:rephras|reword|rewrit|rewrot)\\w*\\b",
                            "\\bas (?:requested|per your|you (?:wish|like|prefer|ask))\\b",
                            "\\bto (?:clarify|recap|answer (?:your|the|this|that))\\b"),
                    talk(
                            Excuse.WORDS,
                            // Offers, and questions back about the conversation itself.
                            "\\b(?:feel free|hesitate to|let me|happy to (?:help|assist|answer)"
                                    + "|here to (?:help|assist)|(?:hope|hoping) (?:this|that|it)"
                                    + "|anything else|any (?:more|other|further) questions"
                                    + "|further (?:clarification|assistance|questions)|would you"
                                    + " like|do you want me|can i (?:help|assist)|get back to the"
                                    + " chat|(?:thoughts|comments) or questions|try(?:ing)? (?:it |this"
                                    + " )?again)\\b",
                            "\\blet's (?:try|start|continue|go back|talk|chat|begin|keep)\\b"),
                    talk(
                            Excuse.WORDS,
                            // Promises, and the assistant as such.
                            "\\bi(?:'ll| will| can| could| would|'d|'m going to| am going to)"
                                    + " (?:\\w+ )?(?:try|do (?:that|it|my|so)|make|keep|rephrase"
                                    + "|provide|give|explain|break|avoid|be (?:happy|glad|sure)"
                                    + "|help|assist|remember|use|add|change|adjust|answer)\\b",
                            "\\b(?:language model|ai assistant|(?:as|i'm|i am) an? (?:ai|assistant"
                                    + "|chatbot))\\b",
                            "\\b(?:do|did|doing|try|trying) my best\\b"),
                    talk(
                            Excuse.KIND,
                            // The first person at all, where the first reply got by without it.
                            "\\b[Ii](?:'ll|'m|'ve|'d)\\b",
                            "(?-i:\\bI) (?:\\w+ly |just |also |already )?(?:am|was|will|can|could"
                                    + "|would|should|have|had|hope|understand|see|mean|meant|said"
                                    + "|think|know|need|want|wrote|don't|didn't|cannot|can't"
                                    + "|won't|mentioned|appreciate|tried|try|get|promise)\\b"));

    /** A reply of fewer words of content may answer with a word nobody has said yet. */
    private static final int STRAYS = 3;

    /** Writing systems without spaces, whose words are not told apart here. */
    private static final Pattern UNSPACED =
            Pattern.compile(
                    "[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}\\p{IsLao}\\p{IsKhmer}]");

    /** Ends with a question mark, of any script. */
    private static final Pattern QUESTION = Pattern.compile("[?？؟]\\W*$");

    private MetaTalk() {}

    private static Talk talk(Excuse excuse, String... phrases) {
        return new Talk(
                Pattern.compile(
                        String.join("|", phrases), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE),
                excuse);
    }

    /**
     * Whether the reply talks instead of answering.
     *
     * @param prompt the user's last message before the rejected reply
     * @param rejected the reply that drew the follow-up
     * @param followUp what the user said to it
     * @param reply the reply in question
     */
    public static boolean isIn(String prompt, String rejected, String followUp, String reply) {
        String text = straight(reply);
        String context = straight(prompt + "\n" + rejected);
        return TALKS.stream().anyMatch(talk -> talk.isIn(text, context))
                || new Echo(context, followUp).isHeardIn(reply)
                || strays(context, reply)
                || asksBack(prompt, reply);
    }

    private static boolean strays(String context, String reply) {
        Set<String> said = ContentWords.of(reply);
        return said.size() >= STRAYS
                && !UNSPACED.matcher(reply).find()
                && Collections.disjoint(said, ContentWords.of(context));
    }

    private static boolean asksBack(String prompt, String reply) {
        return QUESTION.matcher(reply).find()
                && ContentWords.of(prompt).containsAll(ContentWords.of(reply));
    }

    private static String straight(String text) {
        return text.replace('’', '\'');
    }
}
