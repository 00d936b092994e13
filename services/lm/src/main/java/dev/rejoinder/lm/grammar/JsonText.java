package dev.rejoinder.lm.grammar;

import java.util.BitSet;
import java.util.List;

/**
 * The parts of JSON (RFC 8259) as rules. White space is kept to what a formatter writes and numbers
 * to sixteen digits: both could otherwise go on for ever.
 */
final class JsonText {
    private static final int MOST_INDENT = 24;
    private static final int MOST_DIGITS = 15;

    private final Grammar.Builder g;
    private final Symbol digit;
    private final Symbol hex;
    private final Symbol.Reference value;

    final Symbol space;
    final Symbol character;
    final Symbol string;
    final Symbol integer;
    final Symbol number;
    final Symbol object;
    final Symbol array;

    JsonText(Grammar.Builder g) {
        this.g = g;
        this.digit = Symbol.ByteSet.between('0', '9');
        this.hex = g.oneOf("0123456789abcdefABCDEF");
        this.value = g.declare();
        this.space = space();
        this.character = g.either(unescaped(), escaped());
        this.string = quoted(g.many(character));
        this.integer = integer();
        this.number =
                g.sequence(
                        integer,
                        g.optional(g.sequence(g.text("."), g.times(digit, 1, MOST_DIGITS))),
                        g.optional(exponent()));
        Symbol member = g.sequence(string, g.text(":"), space, value);
        this.object = g.sequence(g.text("{"), list(member), g.text("}"));
        this.array = g.sequence(g.text("["), list(value), g.text("]"));
        for (Symbol kind :
                List.of(
                        object,
                        array,
                        string,
                        number,
                        g.text("true"),
                        g.text("false"),
                        g.text("null"))) g.define(value, kind);
    }

    Symbol value() {
        return value;
    }

    Symbol quoted(Symbol characters) {
        return g.sequence(g.text("\""), characters, g.text("\""));
    }

    /** Any number of items, also none, with their white space. */
    private Symbol list(Symbol item) {
        Symbol more = g.many(g.sequence(g.text(","), space, item));
        return g.either(g.sequence(), g.sequence(space, item, more, space));
    }

    private Symbol space() {
        Symbol indent = g.times(g.oneOf(" \t"), 0, MOST_INDENT);
        return g.either(g.sequence(), g.text(" "), g.sequence(g.text("\n"), indent));
    }

    private Symbol integer() {
        Symbol whole =
                g.either(
                        g.text("0"),
                        g.sequence(
                                Symbol.ByteSet.between('1', '9'), g.times(digit, 0, MOST_DIGITS)));
        return g.sequence(g.optional(g.text("-")), whole);
    }

    private Symbol exponent() {
        return g.sequence(g.oneOf("eE"), g.optional(g.oneOf("+-")), g.times(digit, 1, 2));
    }

    /** One character as well-formed UTF-8 (RFC 3629, section 4), but for controls, " and \. */
    private Symbol unescaped() {
        BitSet ascii = new BitSet(256);
        ascii.set(0x20, 0x80);
        ascii.clear('"');
        ascii.clear('\\');
        Symbol tail = Symbol.ByteSet.between(0x80, 0xBF);
        return g.either(
                new Symbol.ByteSet(ascii),
                g.sequence(Symbol.ByteSet.between(0xC2, 0xDF), tail),
                g.sequence(Symbol.ByteSet.of(0xE0), Symbol.ByteSet.between(0xA0, 0xBF), tail),
                g.sequence(Symbol.ByteSet.between(0xE1, 0xEC), tail, tail),
                g.sequence(Symbol.ByteSet.of(0xED), Symbol.ByteSet.between(0x80, 0x9F), tail),
                g.sequence(Symbol.ByteSet.between(0xEE, 0xEF), tail, tail),
                g.sequence(Symbol.ByteSet.of(0xF0), Symbol.ByteSet.between(0x90, 0xBF), tail, tail),
                g.sequence(Symbol.ByteSet.between(0xF1, 0xF3), tail, tail, tail),
                g.sequence(
                        Symbol.ByteSet.of(0xF4), Symbol.ByteSet.between(0x80, 0x8F), tail, tail));
    }

    /** Without halves of surrogate pairs: characters beyond U+FFFF are written as they are. */
    private Symbol escaped() {
        Symbol code =
                g.either(
                        g.sequence(g.oneOf("0123456789abcefABCEF"), hex, hex, hex),
                        g.sequence(g.oneOf("dD"), Symbol.ByteSet.between('0', '7'), hex, hex));
        return g.sequence(
                g.text("\\"), g.either(g.oneOf("\"\\/bfnrt"), g.sequence(g.text("u"), code)));
    }
}
