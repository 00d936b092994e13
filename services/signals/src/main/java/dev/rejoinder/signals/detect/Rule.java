package dev.rejoinder.signals.detect;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One pattern of everyday English that speaks of the reply itself. A rule is kept only if it is
 * right far more often than not: what it misses is the head's business.
 *
 * @param category what a match says
 * @param pattern looked for in the lower-case follow-up
 */
record Rule(Category category, Pattern pattern) {
    private static final String START =
            "^[^a-z]*(?:(?:well|hm+|um+|oh|ok(?:ay)?|hey|sorry|please)\\b[ ,.!]*)*";
    private static final String IT =
            "\\b(?:that|this|it|(?:your|the) (?:\\w+ )?(?:answer|reply|response|text|version|explanation|\\w*output))";
    private static final String IS = "(?:'s| is| was| seems| looks| sounds| feels)?";
    private static final String VERY =
            " ?(?:(?:really|very|so|just|still|way|far|a (?:bit|little)|much|absolutely|quite|simply) )*";
    private static final String NOT = "(?:n't|nt| not| never)";

    /** All rules; the order is that of the rubric. */
    static final List<Rule> ALL =
            List.of(
                    rule(
                            Category.GRATITUDE,
                            "(?<!no )\\b(?:thanks|thank (?:you|u)|thx|cheers|much appreciated|appreciate"
                                    + " (?:it|that|this|the))\\b(?! (?:for nothing|in advance))"),
                    rule(
                            Category.LEARNING,
                            "\\b(?:good to know|did(?:n't| not) know (?:that|this)|never knew|learn(?:ed|t) (?:a lot|something)"
                                    + "|(?:so|very|really|how|that's|pretty|quite) (?:interesting|helpful|useful|informative))\\b"),
                    rule(
                            Category.PRAISE,
                            START
                                    + "(?:(?:that|this|it)(?:'s| is| was| looks| sounds)? )?"
                                    + "(?:(?:really|very|so|just|absolutely|pretty|exactly) )*"
                                    + "(?:great|perfect(?:ly)?|excellent|awesome|amazing|wonderful|brilliant|fantastic|lovely|beautiful|superb"
                                    + "|nice|well (?:done|said|put)|good (?:job|work|one|answer)|spot on|what i (?:wanted|needed))\\b"),
                    rule(
                            Category.PRAISE,
                            "\\b(?:i (?:really )?(?:love|like) (?:it|this|that)\\b|works? (?:great|perfectly|well|now)\\b)"),
                    rule(Category.PRAISE, "[👍😀😃😄😊😍🙏❤]"),
                    rule(Category.HUMOR, START + "(?:(?:ha){2,}h?|lol|lmao|rofl)\\b"),
                    rule(
                            Category.ACKNOWLEDGMENT,
                            "^[^a-z]*(?:i see|i understand|got it|understood|(?:that )?makes sense|agreed|fair enough|i agree"
                                    + "|you(?:'re| are) right|good point)\\b(?! (?:but|though|however))"),
                    rule(
                            Category.POSITIVE_CLOSURE,
                            "\\b(?:(?:good)?bye|that(?:'s| is| was| will be) all(?: (?:i need|for)\\w*)?|have a (?:good|nice|great) \\w+)[.! ]*$"),
                    rule(
                            Category.GETTING_THERE,
                            START
                                    + "(?:(?:that|this|it)(?:'s| is) )?(?:much |a (?:bit|little) |already )?better\\b"),
                    rule(
                            Category.GETTING_THERE,
                            "\\b(?:almost|nearly) (?:there|right|perfect)\\b|\\bgetting (?:there|closer)\\b"),
                    rule(
                            Category.NEGATIVE_FEEDBACK,
                            "\\b(?:useless|terrible|awful|horrible|ridiculous|nonsense|garbage|rubbish|pathetic|disappoint(?:ed|ing)|annoying|frustrat\\w+"
                                    + "|waste of (?:my )?time|no help|unhelpful|bad (?:answer|reply|response|job))\\b"),
                    rule(
                            Category.NEGATIVE_FEEDBACK,
                            "\\b(?:is|was|does|do|did|are|have)"
                                    + NOT
                                    + " (?:\\w+ )?(?:good|great|helpful|useful|help|working|work|like (?:it|this|that))\\b"),
                    rule(
                            Category.REVISION,
                            START
                                    + "(?:(?:please|can|could|would|you|just|now|try to|and|but|no) ?,? ?)*"
                                    + "(?:make|keep|write|put|say|give|explain|phrase|answer|do) (?:it|this|that|me|them|one)?.{0,30}"
                                    + "(?:\\b(?!(?:another|other|after|under|over|ever|never|user|number|paper|letter|order|character|chapter|computer|together|rather"
                                    + "|whether|answer|offer|power|water|later|better)\\b)\\w{4,}er\\b|\\b(?:more|less|fewer) \\w+|\\binstead\\b|\\bagain\\b|\\bdifferently\\b)"),
                    rule(
                            Category.REVISION,
                            START
                                    + "(?:(?:please|can|could|would|you|just|now) )*"
                                    + "(?:re(?:write|do|phrase|word|vise|format|try)|try (?:it )?again|once more|shorten|simplify|fix|correct|undo)\\b"),
                    rule(
                            Category.REVISION,
                            "\\b(?:say|write|do|try|answer|explain) (?:it |that |this |them )?(?:once )?(?:again|over)\\b"),
                    rule(
                            Category.FACTUAL_ERROR,
                            IT
                                    + IS
                                    + VERY
                                    + "(?:wrong|incorrect|false|inaccurate|untrue|mistaken)\\b"),
                    rule(
                            Category.FACTUAL_ERROR,
                            "\\b(?:is|was|are)"
                                    + NOT
                                    + " (?:\\w+ly )?(?:correct|right|true|accurate)\\b|\\byou(?:'re| are) (?:\\w+ )?(?:wrong|incorrect|mistaken)\\b"
                                    + "|\\byou (?:made|have) (?:a|an|some) (?:mistake|error)|\\b(?:does|do|did)"
                                    + NOT
                                    + " (?:work|compile|exist|run|make sense)\\b"),
                    rule(
                            Category.NEGATIVE_FEEDBACK,
                            "^[^a-z]*(?:wrong|incorrect|nope|no+[,.!] (?:that|this|it|you|i (?:said|asked|meant|want)))\\b"),
                    rule(
                            Category.IGNORED,
                            "(?:\\bnot|n't|\\bnever) (?:\\w+ )?(?:what|how|the (?:way|one|thing)|anything) i(?:'m| am| was|'d)?(?: \\w+)? (?:\\w+)"),
                    rule(
                            Category.IGNORED,
                            "\\byou(?:'re| are)?(?: \\w+)?(?: (?:do|did|have|are|were))?"
                                    + NOT
                                    + " (?:even |really |actually )?(?:answer|address|read|listen|follow|understand|do (?:what|as)|give me|includ|mention|us)\\w*"),
                    rule(
                            Category.IGNORED,
                            "\\bi (?:already )?(?:asked|said|told you|specifically|meant|wanted|did(?:n't| not) ask)\\b|\\bmy (?:question|request) was\\b"),
                    rule(
                            Category.IGNORED,
                            "\\byou (?:\\w+ )?(?:ignored?|missed|forgot|skipped|left out|misunderst\\w+|misread)\\b"),
                    rule(
                            Category.INSUFFICIENT_DETAIL,
                            "\\b(?:more|further) (?:detail\\w*|specifics?|specific|in[- ]?depth|depth)\\b|\\bbe (?:more )?specific\\b|\\bnot (?:detailed|specific|long) enough\\b"),
                    rule(
                            Category.STYLE,
                            "(?:"
                                    + START
                                    + "|[.!?,;] *|"
                                    + IT
                                    + IS
                                    + "|\\byou(?:'re| are)|\\bwith|\\bused?|\\bin )"
                                    + VERY
                                    + "too [a-z]+"),
                    rule(Category.STYLE, "\\b(?:way|far|still|much|bit|little) too [a-z]+"),
                    rule(
                            Category.STYLE,
                            "^[^a-z]*(?:even |much |a (?:bit|little) )?(?:(?:more|less|fewer) \\w+|(?!better|never|ever|after)\\w{4,}er),?(?: \\w+){0,2}[ .!]*$"),
                    rule(
                            Category.STYLE,
                            "\\bin (?:plain|simple|easy|normal|everyday|fewer|other|short)\\w* (?:\\w+)"));

    private static Rule rule(Category category, String regex) {
        return new Rule(category, Pattern.compile(regex));
    }

    boolean matches(String lowerCaseFollowUp) {
        return pattern.matcher(lowerCaseFollowUp).find();
    }
}
